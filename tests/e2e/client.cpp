#include "client.h"

#include <algorithm>
#include <stdexcept>

#include <curl/curl.h>
#include <gtest/gtest.h>

#include "eventually.h"
#include "openapi.h"

namespace swiftgrid::e2e {
namespace {

constexpr long request_ms_max = 60'000;

std::size_t collect(char* data, std::size_t, std::size_t size, void* text) {
    static_cast<std::string*>(text)->append(data, size);
    return size;
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    return text;
}

std::size_t collect_header(char* data, std::size_t, std::size_t size, void* answer) {
    const std::string line(data, size);
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return size;
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    const std::size_t end = line.find_last_not_of("\r\n");
    static_cast<Answer*>(answer)->headers[lower(line.substr(0, colon))] =
        begin == std::string::npos || begin > end ? "" : line.substr(begin, end - begin + 1);
    return size;
}

struct StreamReader {
    std::string text;
    std::vector<Frame> frames;
    const std::function<bool(const Frame&)>& enough;

    static Frame parse(const std::string& block) {
        Frame frame;
        std::size_t begin = 0;
        while (begin < block.size()) {
            const std::size_t end = std::min(block.find('\n', begin), block.size());
            const std::string line = block.substr(begin, end - begin);
            if (line.starts_with("event: ")) frame.event = line.substr(7);
            if (line.starts_with("id: ")) frame.id = line.substr(4);
            if (line.starts_with("data: ")) frame.data += line.substr(6);
            begin = end + 1;
        }
        return frame;
    }

    // False when enough was read.
    bool add(const std::string& bytes) {
        text += bytes;
        for (std::size_t end = text.find("\n\n"); end != std::string::npos;
             end = text.find("\n\n")) {
            const Frame frame = parse(text.substr(0, end));
            text.erase(0, end + 2);
            if (frame.event.empty()) continue;  // a comment, or the retry time
            frames.push_back(frame);
            if (enough && enough(frame)) return false;
        }
        return true;
    }
};

std::size_t read_stream(char* data, std::size_t, std::size_t size, void* reader) {
    return static_cast<StreamReader*>(reader)->add(std::string(data, size)) ? size : 0;
}

struct HeaderList {
    curl_slist* list = nullptr;

    ~HeaderList() { ::curl_slist_free_all(list); }
    void add(const std::string& line) { list = ::curl_slist_append(list, line.c_str()); }
};

}  // namespace

std::string Answer::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
}

json::value Answer::json() const {
    auto value = parse_json(body);
    if (!value) throw std::runtime_error("status " + std::to_string(status) + ", no JSON: " + body);
    return *value;
}

std::string Answer::text(const std::string& pointer) const {
    const json::value document = json();
    boost::system::error_code error;
    const json::value* value = document.find_pointer(pointer, error);
    if (!value) throw std::runtime_error("no " + pointer + " in " + body);
    return value->is_string() ? std::string(value->get_string()) : to_json(*value);
}

Client::Client(const ServerProcess& server, const OpenApi* contract)
    : server_(server), contract_(contract), curl_(::curl_easy_init()) {}

Client::~Client() { ::curl_easy_cleanup(curl_); }

void Client::prepare(const Call& call, void* headers) {
    auto* handle = static_cast<CURL*>(curl_);
    auto& list = *static_cast<HeaderList*>(headers);
    ::curl_easy_reset(handle);
    ::curl_easy_setopt(handle, CURLOPT_URL, (server_.url() + call.path).c_str());
    ::curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    ::curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, request_ms_max);
    ::curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    if (call.method == "HEAD") ::curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
    if (call.body) {
        ::curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body->size()));
        ::curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call.body->c_str());
        if (std::ranges::none_of(call.headers, [](const std::string& line) {
                return lower(line).starts_with("content-type:");
            }))
            list.add("Content-Type: application/json");
    }
    list.add("Expect:");
    if (call.with_token) list.add("Authorization: Bearer " + server_.token());
    for (const std::string& line : call.headers) list.add(line);
    ::curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list.list);
}

Answer Client::send(const Call& call) {
    HeaderList headers;
    Answer answer;
    prepare(call, &headers);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, collect);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer.body);
    ::curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, collect_header);
    ::curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer);
    if (::curl_easy_perform(curl_) != CURLE_OK) return {};
    long status = 0;
    ::curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    if (contract_) {
        for (const std::string& difference : contract_->differences(call, answer))
            ADD_FAILURE() << call.method << " " << call.path << " -> " << answer.status << ": "
                          << difference << "\n"
                          << answer.body.substr(0, 500);
    }
    return answer;
}

Answer Client::post(const std::string& path, const std::string& body,
                    std::vector<std::string> headers) {
    return send({.method = "POST", .path = path, .body = body, .headers = std::move(headers)});
}

Answer Client::put(const std::string& path, const std::string& body,
                   std::vector<std::string> headers) {
    return send({.method = "PUT", .path = path, .body = body, .headers = std::move(headers)});
}

std::vector<Frame> Client::stream(const Call& call,
                                  const std::function<bool(const Frame&)>& enough) {
    HeaderList list;
    StreamReader reader{.text = "", .frames = {}, .enough = enough};
    prepare(call, &list);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, read_stream);
    ::curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &reader);
    ::curl_easy_perform(curl_);
    return reader.frames;
}

std::string Client::create_flow(const std::string& document) {
    const Answer answer = post("/api/flows", document);
    if (answer.status != 201) throw std::runtime_error("create: " + answer.body);
    return answer.text("/id");
}

std::string Client::start_run(const std::string& flow, const std::string& input) {
    const Answer answer = post("/api/flows/" + flow + "/runs", R"({"input":)" + input + "}");
    if (answer.status != 202) throw std::runtime_error("start: " + answer.body);
    return answer.text("/runId");
}

std::string Client::status_at_end(const std::string& run) {
    std::string status;
    eventually([&] {
        status = get("/api/runs/" + run).text("/run/status");
        return status == "completed" || status == "failed" || status == "cancelled";
    });
    return status;
}

json::array Client::events(const std::string& run) {
    const std::string path = "/api/runs/" + run + "/events?limit=1000&after=";
    json::array all;
    std::string after = "0";
    while (after != "null") {
        const Answer page = get(path + after);
        const json::value document = page.json();
        for (const json::value& event : document.at("items").as_array()) all.push_back(event);
        after = page.text("/nextAfter");
    }
    return all;
}

}  // namespace swiftgrid::e2e

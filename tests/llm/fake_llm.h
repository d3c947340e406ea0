#pragma once

// A server that speaks OpenAI's chat protocol and says what its caller asks for: the model's name
// is the script. Real HTTP on loopback; the official client judges that it is lawful (judge.mjs).
//
//   count:N       N tokens "w1 w2 …", one event each
//   say:TEXT      the text as one answer
//   recorded:NAME the bytes of recorded/NAME.sse, one after the other
//   stall         two tokens, then silence until the caller goes away
//   stall-once    the same for the first request, then "Hello again"
//   status:N      an error with this status; 429 asks to wait for 20 ms

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "base/json.h"
#include "net/testing/loopback_server.h"

namespace swiftgrid::testing_llm {

class FakeLlm {
public:
    FakeLlm() : server_([this](const auto& request, auto& out) { answer(request, out); }) {}

    std::string address() const { return server_.address(); }
    std::string base_url() const { return server_.url("/v1"); }
    int port() const { return server_.port(); }

    // Chat completions that were asked for.
    int requests() const { return requests_; }
    // Callers that went away while they were being answered.
    int deserted() const { return deserted_; }

private:
    using Request = net::testing::SeenRequest;
    using Connection = net::testing::LoopbackConnection;

    static constexpr std::string_view json_head = "Content-Type: application/json\r\n";

    void answer(const Request& request, Connection& out) {
        if (request.header("authorization").empty())
            return refuse(out, 401, "You didn't provide an API key", "invalid_api_key");
        if (request.method == "GET" && request.target == "/v1/models")
            return out.answer(
                "200 OK", json_head,
                R"({"object":"list","data":[{"id":"count:3","object":"model","created":1,"owned_by":"us"}]})");
        if (request.target != "/v1/chat/completions")
            return refuse(out, 404, "Unknown request URL", "unknown_url");
        const auto body = parse_json(request.body);
        if (!body || !body->is_object())
            return refuse(out, 400, "We could not parse the JSON body", "");
        ++requests_;
        const json::object& asked = body->get_object();
        const auto* model = asked.if_contains("model");
        script(asked, model && model->is_string() ? std::string(model->get_string()) : "", out);
    }

    void script(const json::object& asked, const std::string& model, Connection& out) {
        const auto colon = model.find(':');
        const std::string verb = model.substr(0, colon);
        const std::string rest = colon == std::string::npos ? "" : model.substr(colon + 1);
        if (verb == "status") return refuse(out, std::stoi(rest), "As you asked", "asked_for");
        if (verb == "recorded") return replay(rest, out);
        if (verb == "stall" || (verb == "stall-once" && stalls_++ == 0)) return stall(model, out);
        if (verb == "count") return speak(asked, model, words(std::stoul(rest)), out);
        if (verb == "say") return speak(asked, model, {rest}, out);
        if (verb == "stall-once") return speak(asked, model, {"Hello", " again"}, out);
        refuse(out, 404, "The model `" + model + "` does not exist", "model_not_found");
    }

    static std::vector<std::string> words(std::size_t count) {
        std::vector<std::string> tokens;
        for (std::size_t i = 1; i <= count; ++i)
            tokens.push_back((i == 1 ? "w" : " w") + std::to_string(i));
        return tokens;
    }

    static void refuse(Connection& out, int status, const std::string& message,
                       const std::string& code) {
        const json::object error{{"message", message},
                                 {"type", "invalid_request_error"},
                                 {"param", nullptr},
                                 {"code", code.empty() ? json::value() : json::value(code)}};
        const std::string wait = status == 429 ? "retry-after-ms: 20\r\n" : "";
        out.answer(std::to_string(status) + " No", std::string(json_head) + wait,
                   to_json(json::object{{"error", error}}));
    }

    static json::object usage_of(std::size_t tokens) {
        return {{"prompt_tokens", 9}, {"completion_tokens", tokens}, {"total_tokens", 9 + tokens}};
    }

    static json::object envelope(const std::string& model, std::string_view object) {
        return {
            {"id", "chatcmpl-1"}, {"object", object}, {"created", 1'723'000'000}, {"model", model}};
    }

    static json::object choice(std::string_view member, json::object said, json::value reason) {
        return {{"index", 0},
                {member, std::move(said)},
                {"logprobs", nullptr},
                {"finish_reason", std::move(reason)}};
    }

    static std::string event(const std::string& model, json::array choices,
                             json::value usage = nullptr) {
        json::object chunk = envelope(model, "chat.completion.chunk");
        chunk["choices"] = std::move(choices);
        chunk["usage"] = std::move(usage);
        return "data: " + to_json(chunk) + "\n\n";
    }

    static void send_chunk(Connection& out, std::string_view bytes) {
        char size[24];
        std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
        out.send(size + std::string(bytes) + "\r\n");
    }

    static void begin_stream(Connection& out) {
        out.send(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
            "Transfer-Encoding: chunked\r\nx-request-id: req_fake\r\n\r\n");
    }

    static void speak(const json::object& asked, const std::string& model,
                      const std::vector<std::string>& tokens, Connection& out) {
        const auto* streamed = asked.if_contains("stream");
        if (!streamed || *streamed != json::value(true)) {
            std::string text;
            for (const std::string& token : tokens) text += token;
            json::object body = envelope(model, "chat.completion");
            body["choices"] = json::array{
                choice("message", {{"role", "assistant"}, {"content", text}, {"refusal", nullptr}},
                       "stop")};
            body["usage"] = usage_of(tokens.size());
            return out.answer("200 OK", json_head, to_json(body));
        }
        begin_stream(out);
        send_chunk(
            out,
            event(model, {choice("delta", {{"role", "assistant"}, {"content", ""}}, nullptr)}));
        for (const std::string& token : tokens)
            send_chunk(out, event(model, {choice("delta", {{"content", token}}, nullptr)}));
        send_chunk(out, event(model, {choice("delta", {}, "stop")}));
        const auto* options = asked.if_contains("stream_options");
        if (options && options->is_object() && options->get_object().contains("include_usage"))
            send_chunk(out, event(model, {}, usage_of(tokens.size())));
        send_chunk(out, "data: [DONE]\n\n");
        send_chunk(out, "");
    }

    void stall(const std::string& model, Connection& out) {
        begin_stream(out);
        for (const char* token : {"Hello", " there"})
            send_chunk(out, event(model, {choice("delta", {{"content", token}}, nullptr)}));
        out.wait_until_closed();
        ++deserted_;
    }

    // Byte by byte: every border is a border of a chunk.
    static void replay(const std::string& name, Connection& out) {
        const auto folder = std::filesystem::path(__FILE__).parent_path() / "recorded";
        std::ifstream file(folder / (name + ".sse"), std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        begin_stream(out);
        for (const char byte : text.str()) send_chunk(out, std::string_view(&byte, 1));
        send_chunk(out, "");
    }

    std::atomic<int> requests_ = 0;
    std::atomic<int> deserted_ = 0;
    std::atomic<int> stalls_ = 0;
    net::testing::LoopbackServer server_;
};

}  // namespace swiftgrid::testing_llm

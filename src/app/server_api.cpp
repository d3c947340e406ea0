#include "app/server_api.h"

#include <array>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "app/options.h"
#include "app/version.h"
#include "base/assert.h"
#include "base/json_fields.h"
#include "base/limits.h"

namespace swiftgrid::app {
namespace {

constexpr int status_unauthorized = 401;

// What a server calls it; another server has names of its own.
ErrorCode code_named(std::string_view name) {
    constexpr auto codes = static_cast<std::uint8_t>(ErrorCode::internal) + 1;
    for (std::uint8_t i = 0; i < codes; ++i) {
        const auto code = static_cast<ErrorCode>(i);
        if (to_string(code) == name) return code;
    }
    return ErrorCode::bad_request;
}

}  // namespace

// Where the person who types the command may go, the command may go.
net::EgressGuard open_guard() {
    const std::array<std::string, 2> everywhere{"0.0.0.0/0", "::/0"};
    auto guard = net::EgressGuard::parse(everywhere);
    SG_ASSERT(guard.has_value(), "these blocks are well-formed");
    return std::move(*guard);
}

ServerApi::ServerApi(std::string url, std::string token)
    : url_(std::move(url)), token_(std::move(token)) {
    while (url_.ends_with('/')) url_.pop_back();
    net::HttpClientOptions options;
    options.user_agent = "SwiftGrid/" + std::string(version());
    options.proxies = proxies_of_environment();
    client_ = std::make_unique<net::HttpClient>(io_, open_guard(), std::move(options));
}

Error ServerApi::refusal_of(const Answer& answer) const {
    if (answer.status == status_unauthorized)
        return {ErrorCode::unauthorized,
                fmt::format("the server at {} wants its token: give it with --token or "
                            "SWIFTGRID_API_TOKEN; it is in the file 'api-token' of the server's "
                            "data folder",
                            url_)};
    const auto problem = parse_json(answer.body);
    const json::object members =
        problem && problem->is_object() ? problem->get_object() : json::object();
    const std::string_view detail = text_at(members, "detail");
    return {code_named(text_at(members, "code")),
            fmt::format("the server at {} answered {}{}{}", url_, answer.status,
                        detail.empty() ? "" : ": ", detail)};
}

Result<std::string> ServerApi::ask(const std::string& method, const std::string& path,
                                   std::string body) {
    auto answer = send(method, path, std::move(body));
    if (!answer) return std::unexpected(answer.error());
    if (!answer->is_good()) return std::unexpected(refusal_of(*answer));
    return std::move(answer->body);
}

Result<ServerApi::Answer> ServerApi::send(const std::string& method, const std::string& path,
                                          std::string body) {
    net::HttpRequest request = request_of(method, path);
    request.body = std::move(body);
    return wait_for(std::move(request));
}

Result<ServerApi::Answer> ServerApi::receive(const std::string& method, const std::string& path,
                                             const Take& take) {
    net::HttpRequest request = request_of(method, path);
    request.time_ms = limits::http_time_ms_max;
    request.response_bytes_max = std::numeric_limits<std::size_t>::max();
    Result<void> taken;
    request.on_body = [&](const net::HttpResponse& head, std::string_view piece) {
        if (!Answer{head.status, ""}.is_good()) return net::BodyPiece::keep;
        taken = take(piece);
        return taken ? net::BodyPiece::taken : net::BodyPiece::last;
    };
    auto answer = wait_for(std::move(request));
    if (!taken) return std::unexpected(taken.error());
    return answer;
}

net::HttpRequest ServerApi::request_of(const std::string& method, const std::string& path) const {
    net::HttpRequest request;
    request.method = method;
    request.url = url_ + path;
    if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_});
    if (method != "GET") request.headers.push_back({"Content-Type", "application/json"});
    // The token goes to nobody else.
    request.follow_redirects = false;
    return request;
}

Result<ServerApi::Answer> ServerApi::wait_for(net::HttpRequest request) {
    std::optional<net::HttpResult> answered;
    client_->start(std::move(request),
                   [&](net::HttpResult result) { answered = std::move(result); });
    while (!answered) {
        if (io_.stopped()) io_.restart();
        io_.run_one();
    }
    if (!*answered)
        return fail(ErrorCode::network_error, fmt::format("cannot reach the server at {}: {}", url_,
                                                          answered->error().message));
    net::HttpResponse& response = **answered;
    return Answer{response.status, std::move(response.body)};
}

Result<json::object> ServerApi::call(const std::string& method, const std::string& path,
                                     std::string body) {
    const auto text = ask(method, path, std::move(body));
    if (!text) return std::unexpected(text.error());
    auto value = parse_json(*text);
    if (!value) return std::unexpected(foreign("its answer is no JSON"));
    if (!value->is_object()) return std::unexpected(foreign("its answer is no object"));
    return std::move(value->get_object());
}

Result<void> ServerApi::remove(const std::string& path) {
    const auto done = ask("DELETE", path, "");
    if (!done) return std::unexpected(done.error());
    return {};
}

Result<json::object> ServerApi::with(std::string_view member, Result<json::object> answer) const {
    if (answer && !answer->contains(member))
        return std::unexpected(foreign("its answer has no '" + std::string(member) + "'"));
    return answer;
}

Error ServerApi::foreign(std::string_view why) const {
    return {ErrorCode::network_error, fmt::format("{} is no SwiftGrid server: {}", url_, why)};
}

std::vector<json::object> list_at(const json::object& object, std::string_view name) {
    std::vector<json::object> list;
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_array()) return list;
    for (const json::value& item : value->get_array()) {
        if (item.is_object()) list.push_back(item.get_object());
    }
    return list;
}

}  // namespace swiftgrid::app

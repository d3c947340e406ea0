#include "app/server_api.h"

#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/assert.h"

namespace swiftgrid::app {
namespace {

constexpr int status_unauthorized = 401;

// Where the person who types the command may go, the command may go.
net::EgressGuard open_guard() {
    const std::array<std::string, 2> everywhere{"0.0.0.0/0", "::/0"};
    auto guard = net::EgressGuard::parse(everywhere);
    SG_ASSERT(guard.has_value(), "these blocks are well-formed");
    return std::move(*guard);
}

Error refusal(const net::HttpResponse& response, const std::string& url) {
    if (response.status == status_unauthorized)
        return {ErrorCode::unauthorized,
                fmt::format("the server at {} wants its token: give it with --token or "
                            "SWIFTGRID_API_TOKEN",
                            url)};
    const auto problem = parse_json(response.body);
    const auto* detail =
        problem && problem->is_object() ? problem->get_object().if_contains("detail") : nullptr;
    return {ErrorCode::bad_request,
            fmt::format("the server at {} answered {}{}", url, response.status,
                        detail && detail->is_string() ? ": " + std::string(detail->get_string())
                                                      : std::string())};
}

}  // namespace

ServerApi::ServerApi(std::string url, std::string token)
    : url_(std::move(url)), token_(std::move(token)) {
    while (url_.ends_with('/')) url_.pop_back();
    net::HttpClientOptions options;
    options.proxy_from_environment = true;
    client_ = std::make_unique<net::HttpClient>(io_, open_guard(), std::move(options));
}

Result<json::value> ServerApi::call(const std::string& method, const std::string& path) {
    net::HttpRequest request;
    request.method = method;
    request.url = url_ + path;
    if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_});
    if (method == "POST") request.headers.push_back({"Content-Type", "application/json"});
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
    const net::HttpResponse& response = **answered;
    if (response.status < 200 || response.status > 299)
        return std::unexpected(refusal(response, url_));
    auto value = parse_json(response.body);
    if (!value)
        return fail(ErrorCode::bad_request,
                    fmt::format("{} is no SwiftGrid server: its answer is no JSON", url_));
    return value;
}

}  // namespace swiftgrid::app

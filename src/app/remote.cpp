#include "app/remote.h"

#include <array>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "app/version.h"
#include "base/assert.h"
#include "base/json.h"
#include "net/http_client.h"

namespace swiftgrid::app {
namespace {

// Whoever types the address means it.
net::EgressGuard everywhere() {
    auto guard = net::EgressGuard::parse(std::array<std::string, 2>{"0.0.0.0/0", "::/0"});
    SG_ASSERT(guard.has_value(), "both are networks");
    return *std::move(guard);
}

Error problem_of(const net::HttpResponse& response) {
    if (response.status == 401)
        return {ErrorCode::unauthorized,
                "the server wants a token: put it into SWIFTGRID_API_TOKEN; it is in the file "
                "'api-token' of the server's data folder"};
    const auto document = parse_json(response.body);
    const json::object* object = document ? document->if_object() : nullptr;
    const json::value* detail = object ? object->if_contains("detail") : nullptr;
    if (detail && detail->is_string())
        return {ErrorCode::bad_request, std::string(detail->get_string())};
    return {ErrorCode::network_error, "this is no SwiftGrid server: it answered with status " +
                                          std::to_string(response.status)};
}

}  // namespace

Result<std::string> Remote::call(const std::string& method, const std::string& path,
                                 const std::string& body) {
    boost::asio::io_context io;
    net::HttpClientOptions options;
    options.user_agent = "SwiftGrid/" + std::string(version());
    std::optional<net::HttpResult> result;
    {
        net::HttpClient client(io, everywhere(), options);
        net::HttpRequest request;
        request.method = method;
        request.url = url_ + path;
        if (!token_.empty()) request.headers.push_back({"Authorization", "Bearer " + token_});
        if (!body.empty()) request.headers.push_back({"Content-Type", "application/json"});
        request.body = body;
        request.follow_redirects = false;
        client.start(std::move(request), [&](net::HttpResult done) { result = std::move(done); });
        while (!result && io.run_one() > 0) {
        }
    }
    SG_ASSERT(result.has_value(), "every request ends");
    if (!*result) return fail(ErrorCode::network_error, url_ + ": " + result->error().message);
    if ((*result)->status >= 300) return std::unexpected(problem_of(**result));
    return std::move((*result)->body);
}

}  // namespace swiftgrid::app

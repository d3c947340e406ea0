#pragma once

// The one way out: HTTP and HTTPS requests on libcurl, driven by an io_context. Every socket passes
// the egress guard, also after a redirect; every request has a deadline and a size limit. One
// client is one policy with its own pool of connections. Requires that the io_context outlives the
// client. Neither libcurl nor Asio shows through this header.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "net/egress_guard.h"
#include "net/http_header.h"
#include "net/proxy.h"

namespace boost::asio {
class io_context;
}

namespace swiftgrid::net {

// How a server proves who it is, and we to it. Texts in PEM form; "" is none.
struct TlsSettings {
    std::string authorities = {};  // trusted in place of the system's
    std::string certificate = {};  // ours, a chain may follow
    std::string key = {};          // of our certificate
    std::string key_password = {};
    bool verify = true;  // false needs HttpClientOptions::insecure_tls_allowed
};

struct HttpResponse;

// What becomes of a piece of a body: it is added to HttpResponse::body, it is dropped because the
// receiver has it, or it was the last that is wanted. After that the end of the answer is only
// awaited for a moment, so that the connection can be used again.
enum class BodyPiece : std::uint8_t { keep, taken, last };

struct HttpRequest {
    std::string method = "GET";
    std::string url = {};  // absolute, or the path of an internal endpoint: "/api/echo?status=200"
    std::vector<HttpHeader> headers = {};  // sent in this order
    // Headers that only the first origin may see, besides authorization and cookie.
    std::vector<std::string> credential_headers = {};
    std::string body = {};
    bool follow_redirects = true;
    std::int64_t time_ms = limits::http_time_ms;  // for everything, all redirects included
    std::size_t response_bytes_max = limits::node_result_bytes;  // of the decoded body
    TlsSettings tls = {};
    // Silence that is an error, within time_ms; 0: none is.
    std::int64_t first_byte_ms = 0;  // from the start until the body's first byte
    std::int64_t idle_ms = 0;        // between two pieces of the body
    // Receives the final answer's body as it comes, on the client's strand, which waits: what is
    // slow here slows down the server. `head` has the status and the headers. Empty: all is kept.
    std::function<BodyPiece(const HttpResponse& head, std::string_view piece)> on_body = {};
};

// Takes out what another origin must not see: credentials, and a Host that was meant for the first.
void drop_credentials(HttpRequest& request);

struct HttpTiming {  // milliseconds since the start of the last hop; `total` of all hops
    std::int64_t dns_ms = 0;
    std::int64_t connect_ms = 0;
    std::int64_t tls_ms = 0;
    std::int64_t first_byte_ms = 0;
    std::int64_t total_ms = 0;
};

struct HttpResponse {
    int status = 0;
    std::vector<HttpHeader> headers;  // names in lower case, repeated ones repeated
    std::string body;                 // decoded
    std::string effective_url;        // after redirects, without user and password
    std::string http_version;         // "1.1", "2"
    HttpTiming timing;
};

enum class HttpErrorKind {
    timeout,
    first_byte_timeout,
    idle_timeout,
    connect,
    dns,
    tls,
    insecure_tls,
    too_large,
    egress_refused,
    cancelled,
    bad_url,
    bad_header,
    too_many_redirects,
    protocol,
};

std::string_view to_string(HttpErrorKind kind);

struct HttpError {
    HttpErrorKind kind = HttpErrorKind::protocol;
    std::string message;  // names the host and how to mend it
};

using HttpResult = std::expected<HttpResponse, HttpError>;
using HttpDone = std::function<void(HttpResult)>;

struct RequestHandle {
    std::uint64_t id = 0;

    auto operator<=>(const RequestHandle&) const = default;
};

struct HttpClientOptions {
    std::string user_agent = "SwiftGrid";
    std::size_t connections_per_host = 128;
    std::size_t connections = limits::http_requests_in_flight;
    // Behind a proxy the guard never sees the address that is connected to. It refuses what the
    // URL says and what the name is here; the rest is the proxy's to decide.
    ProxyRules proxies = {};
    bool insecure_tls_allowed = false;
    // "host:port:address": answers of the name service, asked for every hop. For tests.
    std::function<std::vector<std::string>()> pinned_names = {};
};

class HttpClient {
public:
    HttpClient(boost::asio::io_context& io, EgressGuard guard, HttpClientOptions options);
    // Requests in flight end with `cancelled`.
    ~HttpClient();

    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Any thread. `done` runs exactly once on a thread of the io_context, never inside this call.
    RequestHandle start(HttpRequest request, HttpDone done);

    // Any thread. The request ends with `cancelled` unless it has already ended.
    void cancel(RequestHandle handle);

    // Any thread; holds for requests started afterwards. For the server's own echo endpoint, whose
    // port is known only after listening.
    void allow(InternalEndpoint endpoint);

    // Any thread; holds for requests started afterwards, also on connections that are open already.
    // Internal endpoints stay allowed.
    void replace_guard(EgressGuard guard);

private:
    class State;

    // Owners: this client, and the handlers that wait in the io_context.
    std::shared_ptr<State> state_;
};

}  // namespace swiftgrid::net

#include "net/http_transfer.h"

#include <algorithm>
#include <cstring>

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/assert.h"

namespace swiftgrid::net {

namespace {

constexpr std::int64_t connect_time_ms_max = 10'000;

IpAddress address_of(const curl_sockaddr& wanted) {
    IpAddress address;
    if (wanted.family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &wanted.addr, sizeof in);
        std::memcpy(address.bytes.data(), &in.sin_addr, 4);
        return address;
    }
    // sockaddr_in6 is longer than curl's declared member; curl allocates room for it.
    sockaddr_in6 in6{};
    std::memcpy(&in6, static_cast<const void*>(&wanted.addr), sizeof in6);
    address.is_v4 = false;
    std::memcpy(address.bytes.data(), &in6.sin6_addr, 16);
    return address;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::int64_t milliseconds(CURL* easy, CURLINFO what) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, what, &microseconds);
    return microseconds / 1000;
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    SG_ASSERT(code == CURLE_OK, "libcurl lacks an option we rely on");
}

void append(void*& list, const char* line) {
    list = curl_slist_append(static_cast<curl_slist*>(list), line);
    SG_ASSERT(list != nullptr, "out of memory");
}

void clear(void*& list) {
    curl_slist_free_all(static_cast<curl_slist*>(list));
    list = nullptr;
}

}  // namespace

std::string_view to_string(HttpErrorKind kind) {
    switch (kind) {
        case HttpErrorKind::timeout: return "timeout";
        case HttpErrorKind::connect: return "connection_error";
        case HttpErrorKind::dns: return "dns_error";
        case HttpErrorKind::tls: return "tls_error";
        case HttpErrorKind::too_large: return "response_too_large";
        case HttpErrorKind::egress_refused: return "egress_refused";
        case HttpErrorKind::cancelled: return "cancelled";
        case HttpErrorKind::bad_url: return "invalid_url";
        case HttpErrorKind::bad_header: return "invalid_header";
        case HttpErrorKind::too_many_redirects: return "too_many_redirects";
        case HttpErrorKind::protocol: return "protocol_error";
    }
    return "protocol_error";
}

struct HttpTransfer::Callbacks {
    static std::size_t on_body(char* data, std::size_t, std::size_t size_bytes,
                               void* self_pointer) {
        auto& self = *static_cast<HttpTransfer*>(self_pointer);
        if (self.response_.body.size() + size_bytes > self.request_.response_bytes_max) {
            self.body_too_large_ = true;
            return CURL_WRITEFUNC_ERROR;
        }
        self.response_.body.append(data, size_bytes);
        return size_bytes;
    }

    static std::size_t on_header(char* data, std::size_t, std::size_t size_bytes,
                                 void* self_pointer) {
        auto& self = *static_cast<HttpTransfer*>(self_pointer);
        self.header_bytes_ += size_bytes;
        if (self.header_bytes_ > limits::http_response_header_bytes) {
            self.headers_too_large_ = true;
            return 0;
        }
        const std::string_view line(data, size_bytes);
        auto& headers = self.response_.headers;
        if (line.starts_with("HTTP/")) {  // a new head: the one before was 1xx or a challenge
            headers.clear();
            return size_bytes;
        }
        const bool is_folded = line.starts_with(' ') || line.starts_with('\t');
        if (is_folded && !headers.empty()) {
            headers.back().value.append(" ").append(trimmed(line));
            return size_bytes;
        }
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return size_bytes;
        headers.push_back({lower_case(trimmed(line.substr(0, colon))),
                           std::string(trimmed(line.substr(colon + 1)))});
        return size_bytes;
    }

    static curl_socket_t on_open_socket(void* self_pointer, curlsocktype, curl_sockaddr* wanted) {
        auto& self = *static_cast<HttpTransfer*>(self_pointer);
        if (wanted->family != AF_INET && wanted->family != AF_INET6) return CURL_SOCKET_BAD;
        const IpAddress address = address_of(*wanted);
        if (!self.guard_->allows(self.target_, address)) {
            self.refused_address_ = to_string(address);
            self.on_refused_();
            return CURL_SOCKET_BAD;
        }
        self.opened_socket_ = true;
        return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
    }
};

HttpTransfer::HttpTransfer(HttpRequest request, HttpDone done,
                           std::shared_ptr<const EgressGuard> guard,
                           const HttpClientOptions& options, std::function<void()> on_refused)
    : request_(std::move(request)),
      done_(std::move(done)),
      on_refused_(std::move(on_refused)),
      guard_(std::move(guard)),
      options_(options),
      started_(std::chrono::steady_clock::now()),
      easy_(curl_easy_init()) {
    SG_ASSERT(easy_ != nullptr, "out of memory");
    std::erase_if(request_.headers,
                  [](const HttpHeader& header) { return is_framing_header(header.name); });
}

HttpTransfer::~HttpTransfer() {
    curl_easy_cleanup(easy_);
    clear(header_list_);
    clear(pinned_names_);
}

std::optional<HttpError> HttpTransfer::prepare_hop() {
    if (request_.url.starts_with('/')) {
        if (auto own = guard_->own_url(request_.url)) request_.url = std::move(*own);
    }
    auto url = parse_url(request_.url);
    if (!url) return HttpError{HttpErrorKind::bad_url, url.error().message};
    url_ = std::move(*url);
    target_ = {url_.host, url_.port, url_.path};
    if (auto problem = check_request()) return problem;

    const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started_);
    const std::int64_t time_left_ms = request_.time_ms - spent.count();
    if (time_left_ms <= 0) return explain(CURLE_OPERATION_TIMEDOUT);

    response_ = {};
    header_bytes_ = 0;
    refused_address_.clear();
    opened_socket_ = false;
    curl_message_.assign(CURL_ERROR_SIZE, '\0');
    curl_easy_reset(easy_);
    set(easy_, CURLOPT_URL, url_.text.c_str());
    set(easy_, CURLOPT_ERRORBUFFER, curl_message_.data());
    set_method_and_body();
    set_headers();
    set_limits(time_left_ms);
    return std::nullopt;
}

std::optional<HttpError> HttpTransfer::check_request() const {
    if (!is_token(request_.method)) {
        return error(HttpErrorKind::bad_header,
                     fmt::format("'{}' is not a request method", request_.method));
    }
    for (const HttpHeader& header : request_.headers) {
        if (is_valid_header(header)) continue;
        return error(HttpErrorKind::bad_header,
                     fmt::format("the header '{}' has a character that headers may not have (a "
                                 "line break or another control character); remove it",
                                 header.name));
    }
    // A literal address is refused before anything is set up; behind a proxy this is the only look
    // we get at it.
    if (const auto address = parse_ip_address(url_.host);
        address && !guard_->allows(target_, *address)) {
        HttpError refused = error(HttpErrorKind::egress_refused, "");
        refused.message = fmt::format(
            "{} is refused: {} is not a public address; the server's operator can open it with "
            "--allow-egress {}",
            url_.host, to_string(*address), url_.host_and_port());
        return refused;
    }
    return std::nullopt;
}

void HttpTransfer::set_method_and_body() {
    const std::string& method = request_.method;
    if (method == "HEAD") {
        set(easy_, CURLOPT_NOBODY, 1L);
        return;
    }
    // These have a body even when it is empty: servers want a Content-Length.
    const bool expects_body = method == "POST" || method == "PUT" || method == "PATCH";
    if (!request_.body.empty() || expects_body) {
        set(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
        set(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    } else {
        set(easy_, CURLOPT_HTTPGET, 1L);
    }
    set(easy_, CURLOPT_CUSTOMREQUEST, method.c_str());
}

void HttpTransfer::set_headers() {
    clear(header_list_);
    for (const HttpHeader& header : request_.headers) {
        // libcurl's way to send a header without a value is a semicolon instead of the colon.
        const std::string line = header.value.empty()
                                     ? header.name + ";"
                                     : fmt::format("{}: {}", header.name, header.value);
        append(header_list_, line.c_str());
    }
    append(header_list_, "Expect:");
    if (!find_header(request_.headers, "content-type")) append(header_list_, "Content-Type:");
    set(easy_, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(header_list_));
    set(easy_, CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(easy_, CURLOPT_ACCEPT_ENCODING, "");
}

void HttpTransfer::set_limits(std::int64_t time_left_ms) {
    set(easy_, CURLOPT_NOSIGNAL, 1L);
    // A cancelled request must not wait for a name server that does not answer.
    set(easy_, CURLOPT_QUICK_EXIT, 1L);
    set(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(easy_, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(time_left_ms));
    set(easy_, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(std::min(time_left_ms, connect_time_ms_max)));
    if (!options_.proxy_from_environment) set(easy_, CURLOPT_NOPROXY, "*");
    if (guard_->is_path_bound(target_)) {
        set(easy_, CURLOPT_FRESH_CONNECT, 1L);
        set(easy_, CURLOPT_FORBID_REUSE, 1L);
    }
    if (!options_.pinned_names.empty() && !pinned_names_) {
        for (const std::string& name : options_.pinned_names) append(pinned_names_, name.c_str());
    }
    if (pinned_names_) set(easy_, CURLOPT_RESOLVE, static_cast<curl_slist*>(pinned_names_));
    set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Callbacks::on_open_socket);
    set(easy_, CURLOPT_OPENSOCKETDATA, this);
    set(easy_, CURLOPT_WRITEFUNCTION, &Callbacks::on_body);
    set(easy_, CURLOPT_WRITEDATA, this);
    set(easy_, CURLOPT_HEADERFUNCTION, &Callbacks::on_header);
    set(easy_, CURLOPT_HEADERDATA, this);
}

std::optional<HttpResult> HttpTransfer::finish_hop(int curl_code) {
    if (curl_code != CURLE_OK) return std::unexpected(explain(curl_code));
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
    if (request_.follow_redirects && is_redirect()) {
        char* location = nullptr;
        curl_easy_getinfo(easy_, CURLINFO_REDIRECT_URL, &location);
        if (location) return follow(location);
    }
    return take_response();
}

bool HttpTransfer::is_redirect() const {
    const int status = response_.status;
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<HttpResult> HttpTransfer::follow(const std::string& location) {
    if (++redirects_ > limits::http_redirects) {
        return std::unexpected(
            error(HttpErrorKind::too_many_redirects,
                  fmt::format("redirected more than {} times, at last to {}; check the URL",
                              limits::http_redirects, url_.shown)));
    }
    auto next = parse_url(location);
    if (!next) {
        return std::unexpected(
            error(HttpErrorKind::bad_url, "redirected: " + next.error().message));
    }
    const std::string& method = request_.method;
    const int status = response_.status;
    const bool to_get = (status == 303 && method != "GET" && method != "HEAD") ||
                        ((status == 301 || status == 302) && method == "POST");
    if (to_get) {
        request_.method = "GET";
        request_.body.clear();
        std::erase_if(request_.headers, [](const HttpHeader& header) {
            return lower_case(header.name).starts_with("content-");
        });
    }
    if (!next->same_origin(url_)) {
        // Credentials and a Host were meant for the first server.
        std::erase_if(request_.headers, [](const HttpHeader& header) {
            const std::string name = lower_case(header.name);
            return name == "authorization" || name == "cookie" || name == "host" ||
                   name == "proxy-authorization";
        });
    }
    request_.url = std::move(next->text);
    return std::nullopt;
}

HttpResponse HttpTransfer::take_response() {
    long version = 0;
    curl_easy_getinfo(easy_, CURLINFO_HTTP_VERSION, &version);
    if (version == CURL_HTTP_VERSION_2_0)
        response_.http_version = "2";
    else if (version == CURL_HTTP_VERSION_1_0)
        response_.http_version = "1.0";
    else
        response_.http_version = "1.1";
    response_.effective_url = url_.shown;
    HttpTiming& timing = response_.timing;
    timing.dns_ms = milliseconds(easy_, CURLINFO_NAMELOOKUP_TIME_T);
    timing.connect_ms = milliseconds(easy_, CURLINFO_CONNECT_TIME_T);
    timing.tls_ms = milliseconds(easy_, CURLINFO_APPCONNECT_TIME_T);
    timing.first_byte_ms = milliseconds(easy_, CURLINFO_STARTTRANSFER_TIME_T);
    timing.total_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::steady_clock::now() - started_)
                          .count();
    return std::move(response_);
}

HttpError HttpTransfer::error(HttpErrorKind kind, std::string_view why) const {
    const std::string place =
        url_.host.empty() ? request_.url : fmt::format("{}:{}", url_.host, url_.port);
    return {kind, fmt::format("{}: {}", place, why)};
}

HttpError HttpTransfer::explain(int curl_code) const {
    using enum HttpErrorKind;
    if (body_too_large_) {
        return error(
            too_large,
            fmt::format("the answer is larger than {} bytes after decoding; ask the server "
                        "for less, for example page by page",
                        request_.response_bytes_max));
    }
    if (headers_too_large_) {
        return error(too_large, fmt::format("the answer's headers are larger than {} bytes",
                                            limits::http_response_header_bytes));
    }
    const std::string detail = curl_message_.c_str();
    switch (curl_code) {
        case CURLE_OPERATION_TIMEDOUT:
            if (!response_.headers.empty() || opened_socket_) {
                return error(timeout, fmt::format("no complete answer within {} ms; raise the "
                                                  "timeout or look at the server",
                                                  request_.time_ms));
            }
            return error(timeout, fmt::format("could not be reached within {} ms ({})",
                                              request_.time_ms, detail));
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return error(dns,
                         "the name could not be resolved; check the spelling of the host and "
                         "the name server");
        case CURLE_COULDNT_CONNECT:
            if (!refused_address_.empty() && !opened_socket_) {
                return error(egress_refused,
                             fmt::format("refused: it resolves to {}, which is not a public "
                                         "address; the server's operator can open it with "
                                         "--allow-egress {}",
                                         refused_address_, url_.host_and_port()));
            }
            return error(connect,
                         fmt::format("could not connect ({}); is the server running?", detail));
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_CRL_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_ENGINE_INITFAILED:
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return error(tls, fmt::format("the secure connection could not be made: {}", detail));
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_PARTIAL_FILE:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return error(connect, fmt::format("the connection was closed before the answer was "
                                              "complete ({})",
                                              detail));
        case CURLE_URL_MALFORMAT: return error(bad_url, detail);
        default:
            return error(
                protocol,
                fmt::format("the server's answer could not be understood ({})",
                            detail.empty() ? curl_easy_strerror(static_cast<CURLcode>(curl_code))
                                           : detail));
    }
}

}  // namespace swiftgrid::net

#include "net/http_transfer.h"

#include <algorithm>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/assert.h"

namespace swiftgrid::net {

namespace {

// How long the end of an answer is awaited whose last piece has come.
constexpr std::chrono::milliseconds end_grace{1'000};

std::int64_t milliseconds(CURL* easy, CURLINFO what) {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(easy, what, &microseconds);
    return microseconds / 1000;
}

}  // namespace

void HttpTransfer::clear(void*& list) {
    curl_slist_free_all(static_cast<curl_slist*>(list));
    list = nullptr;
}

void drop_credentials(HttpRequest& request) {
    std::erase_if(request.headers, [&](const HttpHeader& header) {
        const std::string name = lower_case(header.name);
        const auto is_same = [&](const std::string& other) { return lower_case(other) == name; };
        return name == "authorization" || name == "cookie" || name == "host" ||
               std::ranges::any_of(request.credential_headers, is_same);
    });
    request.tls.certificate.clear();
    request.tls.key.clear();
    request.tls.key_password.clear();
}

HttpTransfer::HttpTransfer(HttpRequest request, HttpDone done,
                           std::shared_ptr<const EgressGuard> guard,
                           const HttpClientOptions& options, std::function<void()> on_note)
    : request_(std::move(request)),
      done_(std::move(done)),
      on_note_(std::move(on_note)),
      guard_(std::move(guard)),
      options_(options),
      started_(Clock::now()),
      easy_(curl_easy_init()),
      last_piece_(started_) {
    SG_ASSERT(easy_ != nullptr, "out of memory");
    std::erase_if(request_.headers,
                  [](const HttpHeader& header) { return is_framing_header(header.name); });
}

HttpTransfer::~HttpTransfer() {
    curl_easy_cleanup(easy_);
    clear(header_list_);
    clear(pinned_names_);
}

std::optional<HttpError> HttpTransfer::begin_hop() {
    if (request_.url.starts_with('/')) {
        if (auto own = guard_->own_url(request_.url)) request_.url = std::move(*own);
    }
    auto url = parse_url(request_.url);
    if (!url) return HttpError{HttpErrorKind::bad_url, url.error().message};
    url_ = std::move(*url);
    target_ = {url_.host, url_.port, url_.path};
    proxy_ = guard_->is_path_bound(target_) ? "" : options_.proxies.proxy_for(url_);
    response_ = {};
    header_bytes_ = 0;
    body_bytes_ = 0;
    last_piece_ = Clock::now();
    refused_address_.clear();
    opened_socket_ = false;
    curl_message_.assign(CURL_ERROR_SIZE, '\0');
    return check_request();
}

std::string HttpTransfer::name_to_look_up() const {
    return proxy_.empty() || parse_ip_address(url_.host) ? "" : url_.host;
}

std::optional<HttpError> HttpTransfer::check_addresses(
    const std::vector<IpAddress>& addresses) const {
    for (const IpAddress& address : addresses) {
        if (!guard_->allows(target_, address)) return refused(to_string(address));
    }
    return std::nullopt;
}

std::int64_t HttpTransfer::time_left_ms() const {
    const auto spent =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    return request_.time_ms - spent.count();
}

std::optional<HttpError> HttpTransfer::prepare_hop() {
    const std::int64_t time_left = time_left_ms();
    if (time_left <= 0) return explain(CURLE_OPERATION_TIMEDOUT);
    curl_easy_reset(easy_);
    set_request();
    set_limits(time_left);
    set_connection();
    set_tls();
    set_callbacks();
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
    if (!request_.tls.verify && !options_.insecure_tls_allowed) {
        return error(HttpErrorKind::insecure_tls,
                     "the server's certificate has to be checked; the operator of SwiftGrid can "
                     "allow requests that do not with --allow-insecure-tls, or give the "
                     "server's authority as tls.ca");
    }
    // A literal address is refused before anything is set up; behind a proxy this is the only look
    // we get at it.
    if (const auto address = parse_ip_address(url_.host);
        address && !guard_->allows(target_, *address)) {
        return refused(to_string(*address));
    }
    return std::nullopt;
}

void HttpTransfer::read_status() {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    response_.status = static_cast<int>(status);
}

// The body of a redirect is of no use to anybody.
BodyPiece HttpTransfer::offer(std::string_view piece) {
    if (!request_.on_body) return BodyPiece::keep;
    read_status();
    return will_follow() ? BodyPiece::keep : request_.on_body(response_, piece);
}

std::optional<HttpTransfer::Clock::time_point> HttpTransfer::silent_until() const {
    if (has_last_piece_) return last_piece_ + end_grace;
    const std::int64_t allowed_ms = body_bytes_ == 0 ? request_.first_byte_ms : request_.idle_ms;
    if (allowed_ms <= 0) return std::nullopt;
    return last_piece_ + std::chrono::milliseconds(allowed_ms);
}

HttpResult HttpTransfer::end_by_silence() {
    if (has_last_piece_) return take_response();
    if (body_bytes_ == 0)
        return std::unexpected(error(
            HttpErrorKind::first_byte_timeout,
            fmt::format("no answer began within {} ms; the server may still be loading: look at "
                        "it, or raise the time until the first byte",
                        request_.first_byte_ms)));
    return std::unexpected(
        error(HttpErrorKind::idle_timeout,
              fmt::format("the answer stopped: nothing came for {} ms; look at the server, or "
                          "raise the longest silence",
                          request_.idle_ms)));
}

std::optional<HttpResult> HttpTransfer::finish_hop(int curl_code) {
    if (has_last_piece_) return take_response();
    if (curl_code != CURLE_OK) return std::unexpected(explain(curl_code));
    read_status();
    if (will_follow()) {
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
    if (!next->same_origin(url_)) drop_credentials(request_);
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
    timing.total_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_).count();
    return std::move(response_);
}

}  // namespace swiftgrid::net

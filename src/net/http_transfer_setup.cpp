// How net/http_transfer tells libcurl what to do, and what it does when libcurl calls back.

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

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    SG_ASSERT(code == CURLE_OK, "libcurl lacks an option we rely on");
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
    curl_blob blob{};
    blob.data = const_cast<char*>(text.data());
    blob.len = text.size();
    blob.flags = CURL_BLOB_COPY;
    set(easy, option, &blob);
}

void append(void*& list, const char* line) {
    list = curl_slist_append(static_cast<curl_slist*>(list), line);
    SG_ASSERT(list != nullptr, "out of memory");
}

}  // namespace

struct HttpTransfer::Callbacks {
    static std::size_t on_body(char* data, std::size_t, std::size_t size_bytes,
                               void* self_pointer) {
        auto& self = *static_cast<HttpTransfer*>(self_pointer);
        if (self.has_last_piece_) return size_bytes;
        const bool is_first = self.body_bytes_ == 0;
        self.body_bytes_ += size_bytes;
        self.last_piece_ = Clock::now();
        if (is_first) self.on_note_();  // another silence counts from here on
        if (self.body_bytes_ > self.request_.response_bytes_max) {
            self.body_too_large_ = true;
            return CURL_WRITEFUNC_ERROR;
        }
        const std::string_view piece(data, size_bytes);
        switch (self.offer(piece)) {
            case BodyPiece::keep: self.response_.body.append(piece); break;
            case BodyPiece::taken: break;
            case BodyPiece::last:
                self.has_last_piece_ = true;
                self.on_note_();
                break;
        }
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
        // The operator named the proxy; what it connects to was checked before.
        if (self.proxy_.empty() && !self.guard_->allows(self.target_, address)) {
            self.refused_address_ = to_string(address);
            self.on_note_();
            return CURL_SOCKET_BAD;
        }
        self.opened_socket_ = true;
        return ::socket(wanted->family, wanted->socktype | SOCK_CLOEXEC, wanted->protocol);
    }

    // A connection that was open already asks for no socket: it may have been allowed for another
    // request, or by a guard that was replaced since.
    static int on_connected(void* self_pointer, char* remote, char*, int, int) {
        auto& self = *static_cast<HttpTransfer*>(self_pointer);
        if (!self.proxy_.empty()) return CURL_PREREQFUNC_OK;
        const auto address = parse_ip_address(remote);
        if (address && self.guard_->allows(self.target_, *address)) return CURL_PREREQFUNC_OK;
        self.refused_address_ = remote;
        return CURL_PREREQFUNC_ABORT;
    }
};

void HttpTransfer::set_request() {
    set(easy_, CURLOPT_URL, url_.text.c_str());
    set(easy_, CURLOPT_ERRORBUFFER, curl_message_.data());
    set_method_and_body();
    set_headers();
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
}

void HttpTransfer::set_connection() {
    // Both are set always: libcurl would read the environment otherwise.
    set(easy_, CURLOPT_PROXY, proxy_.c_str());
    set(easy_, CURLOPT_NOPROXY, "");
    set(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (guard_->is_path_bound(target_)) {
        set(easy_, CURLOPT_FRESH_CONNECT, 1L);
        set(easy_, CURLOPT_FORBID_REUSE, 1L);
    }
    if (!options_.pinned_names) return;
    clear(pinned_names_);
    for (const std::string& name : options_.pinned_names()) append(pinned_names_, name.c_str());
    set(easy_, CURLOPT_RESOLVE, static_cast<curl_slist*>(pinned_names_));
}

void HttpTransfer::set_tls() {
    const TlsSettings& tls = request_.tls;
    if (!tls.verify) {
        set(easy_, CURLOPT_SSL_VERIFYPEER, 0L);
        set(easy_, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!tls.authorities.empty()) {
        set_text(easy_, CURLOPT_CAINFO_BLOB, tls.authorities);
        set(easy_, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (tls.certificate.empty()) return;
    // libcurl shares connections and sessions among equal certificates without a look at the key:
    // who has only the certificate would speak in the name of who has both.
    set(easy_, CURLOPT_FRESH_CONNECT, 1L);
    set(easy_, CURLOPT_FORBID_REUSE, 1L);
    set(easy_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set_text(easy_, CURLOPT_SSLCERT_BLOB, tls.certificate);
    // A certificate and its key are often one text.
    set_text(easy_, CURLOPT_SSLKEY_BLOB, tls.key.empty() ? tls.certificate : tls.key);
    if (!tls.key_password.empty()) set(easy_, CURLOPT_KEYPASSWD, tls.key_password.c_str());
}

void HttpTransfer::set_callbacks() {
    set(easy_, CURLOPT_OPENSOCKETFUNCTION, &Callbacks::on_open_socket);
    set(easy_, CURLOPT_OPENSOCKETDATA, this);
    set(easy_, CURLOPT_PREREQFUNCTION, &Callbacks::on_connected);
    set(easy_, CURLOPT_PREREQDATA, this);
    set(easy_, CURLOPT_WRITEFUNCTION, &Callbacks::on_body);
    set(easy_, CURLOPT_WRITEDATA, this);
    set(easy_, CURLOPT_HEADERFUNCTION, &Callbacks::on_header);
    set(easy_, CURLOPT_HEADERDATA, this);
}

}  // namespace swiftgrid::net

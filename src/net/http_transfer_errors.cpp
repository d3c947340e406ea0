// What net/http_transfer says when a request has failed: for people, with how to mend it.

#include <curl/curl.h>
#include <fmt/format.h>

#include "net/http_transfer.h"

namespace swiftgrid::net {

std::string_view to_string(HttpErrorKind kind) {
    switch (kind) {
        case HttpErrorKind::timeout: return "timeout";
        case HttpErrorKind::first_byte_timeout: return "first_byte_timeout";
        case HttpErrorKind::idle_timeout: return "idle_timeout";
        case HttpErrorKind::connect: return "connection_error";
        case HttpErrorKind::dns: return "dns_error";
        case HttpErrorKind::tls: return "tls_error";
        case HttpErrorKind::insecure_tls: return "insecure_tls_refused";
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

HttpError HttpTransfer::error(HttpErrorKind kind, std::string_view why) const {
    const std::string place =
        url_.host.empty() ? request_.url : fmt::format("{}:{}", url_.host, url_.port);
    return {kind, fmt::format("{}: {}", place, why)};
}

HttpError HttpTransfer::refused(std::string_view address) const {
    const std::string why =
        url_.host == address
            ? fmt::format("{} is no public address", address)
            : fmt::format("it resolves to {}, which is not a public address", address);
    return error(HttpErrorKind::egress_refused,
                 fmt::format("refused: {}; the server's operator can open it in the settings or "
                             "with --allow-egress {}",
                             why, url_.host_and_port()));
}

HttpError HttpTransfer::explain(int curl_code) const {
    using enum HttpErrorKind;
    if (body_too_large_) {
        return error(
            too_large,
            fmt::format("the answer is larger than {} bytes after decoding, the limit for results "
                        "of a node; ask the server for less, for example page by page",
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
        case CURLE_URL_MALFORMAT: return error(bad_url, detail);
        default: return explain_connection(curl_code);
    }
}

// What went wrong between us and the server.
HttpError HttpTransfer::explain_connection(int curl_code) const {
    using enum HttpErrorKind;
    const std::string detail = curl_message_.c_str();
    switch (curl_code) {
        case CURLE_COULDNT_RESOLVE_PROXY:
            return error(dns, fmt::format("the proxy could not be found ({}); check HTTP_PROXY "
                                          "and HTTPS_PROXY of the server",
                                          detail));
        case CURLE_COULDNT_RESOLVE_HOST:
            return error(dns,
                         "the name could not be resolved; check the spelling of the host and "
                         "the name server");
        case CURLE_COULDNT_CONNECT:
            if (is_refused()) return refused(refused_address_);
            return error(connect, fmt::format("could not connect{} ({}); is {} running?",
                                              proxy_.empty() ? "" : " through the proxy", detail,
                                              proxy_.empty() ? "the server" : "it"));
        case CURLE_ABORTED_BY_CALLBACK: return refused(refused_address_);
        case CURLE_SSL_CERTPROBLEM:
            return error(tls, fmt::format("our certificate or its key cannot be used ({}); give "
                                          "both as PEM text, and the key's password if it has one",
                                          detail));
        case CURLE_SSL_CACERT_BADFILE:
            return error(tls, fmt::format("the authorities cannot be read ({}); give them as PEM "
                                          "text",
                                          detail));
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CIPHER:
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
        default:
            return error(
                protocol,
                fmt::format("the server's answer could not be understood ({})",
                            detail.empty() ? curl_easy_strerror(static_cast<CURLcode>(curl_code))
                                           : detail));
    }
}

}  // namespace swiftgrid::net

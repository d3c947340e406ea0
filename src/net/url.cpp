#include "net/url.h"

#include <algorithm>
#include <charconv>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace swiftgrid::net {

namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part(const UrlHandle& url, CURLUPart what, unsigned flags = 0) {
    char* text = nullptr;
    const CURLUcode code = curl_url_get(url.get(), what, &text, flags);
    // Of a name that has no form in ASCII it gives a text besides the error.
    const std::unique_ptr<char, decltype(&curl_free)> owned(text, curl_free);
    return code == CURLUE_OK ? std::string(text) : std::string();
}

std::unexpected<Error> refuse(std::string_view text, std::string_view reason) {
    constexpr std::size_t shown_characters = 200;
    return fail(ErrorCode::bad_request, fmt::format("'{}' is not a URL that can be requested: {}",
                                                    text.substr(0, shown_characters), reason));
}

std::string without_brackets(std::string host) {
    if (host.starts_with('[') && host.ends_with(']')) return host.substr(1, host.size() - 2);
    for (char& c : host) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    // "example.com." and "example.com" are the same host.
    if (host.ends_with('.')) host.pop_back();
    return host;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Other letters and digits may turn out to be an address (１２７.0.0.1), so the URL is read again.
Result<Url> parse_with_ascii_host(const UrlHandle& handle, std::string_view text) {
    const std::string host = part(handle, CURLUPART_HOST, CURLU_PUNYCODE);
    if (host.empty() || !is_ascii(host) ||
        curl_url_set(handle.get(), CURLUPART_HOST, host.c_str(), 0) != CURLUE_OK) {
        return refuse(text, "its host has characters that a host may not have");
    }
    return parse_url(part(handle, CURLUPART_URL));
}

}  // namespace

std::string Url::host_and_port() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? '[' + host + ']' : host) + ':' + std::to_string(port);
}

Result<Url> parse_url(std::string_view text) {
    if (text.empty()) return refuse(text, "it is empty");
    if (text.find('\0') != std::string_view::npos) return refuse(text, "it contains a NUL");
    const UrlHandle handle(curl_url(), &curl_url_cleanup);
    const CURLUcode code =
        curl_url_set(handle.get(), CURLUPART_URL, std::string(text).c_str(), CURLU_URLENCODE);
    if (code == CURLUE_BAD_SCHEME || code == CURLUE_UNSUPPORTED_SCHEME) {
        return refuse(text, "it must start with http:// or https://");
    }
    if (code != CURLUE_OK) return refuse(text, curl_url_strerror(code));

    Url url;
    url.scheme = part(handle, CURLUPART_SCHEME);
    if (url.scheme != "http" && url.scheme != "https") {
        return refuse(text, "it must start with http:// or https://");
    }
    const std::string host = part(handle, CURLUPART_HOST);
    if (host.empty()) return refuse(text, "it names no host");
    if (!is_ascii(host)) return parse_with_ascii_host(handle, text);
    url.host = without_brackets(host);
    if (url.host.empty()) return refuse(text, "it names no host");
    const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    std::from_chars(port.data(), port.data() + port.size(), url.port);
    url.path = part(handle, CURLUPART_PATH);
    url.text = part(handle, CURLUPART_URL);
    curl_url_set(handle.get(), CURLUPART_USER, nullptr, 0);
    curl_url_set(handle.get(), CURLUPART_PASSWORD, nullptr, 0);
    url.shown = part(handle, CURLUPART_URL);
    return url;
}

Result<std::string> resolve_url(const std::string& base, const std::string& reference) {
    const UrlHandle handle(curl_url(), &curl_url_cleanup);
    for (const std::string& step : {base, reference}) {
        const CURLUcode code =
            curl_url_set(handle.get(), CURLUPART_URL, step.c_str(), CURLU_URLENCODE);
        if (code != CURLUE_OK) return refuse(step, curl_url_strerror(code));
    }
    const auto url = parse_url(part(handle, CURLUPART_URL));
    if (!url) return std::unexpected(url.error());
    return url->text;
}

}  // namespace swiftgrid::net

#include "sandbox/globals/url_reader.h"

#include <algorithm>

#include "sandbox/globals/url_host.h"

namespace swiftgrid::sandbox {
namespace {

using View = std::string_view;

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower_case(View text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

bool is_drive_letter(View text) {
    return text.size() == 2 && is_alpha(text[0]) && (text[1] == ':' || text[1] == '|');
}

bool starts_with_drive_letter(View text) {
    return is_drive_letter(text.substr(0, 2)) &&
           (text.size() == 2 || text[2] == '/' || text[2] == '\\');
}

bool is_single_dot(View segment) { return segment == "." || lower_case(segment) == "%2e"; }

bool is_double_dot(View segment) {
    const std::string lower = lower_case(segment);
    return lower == ".." || lower == ".%2e" || lower == "%2e." || lower == "%2e%2e";
}

}  // namespace

View cut_at(View text, char c, std::optional<View>& after) {
    const std::size_t at = text.find(c);
    if (at == View::npos) return text;
    after = text.substr(at + 1);
    return text.substr(0, at);
}

std::optional<std::string> take_scheme(View& text) {
    if (text.empty() || !is_alpha(text[0])) return std::nullopt;
    const auto is_scheme = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
    };
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_scheme) - text.begin());
    if (end == text.size() || text[end] != ':') return std::nullopt;
    std::string scheme = lower_case(text.substr(0, end));
    text.remove_prefix(end + 1);
    return scheme;
}

bool UrlReader::read(View text) {
    std::optional<View> fragment;
    std::optional<View> query;
    text = cut_at(text, '#', fragment);
    text = cut_at(text, '?', query);
    if (!read_from_scheme(text, query.has_value(), fragment.has_value())) return false;
    if (query) set_query(*query);
    if (fragment) set_fragment(*fragment);
    return true;
}

void UrlReader::set_query(View text) {
    url_.query.emplace();
    append_encoded(*url_.query, text,
                   url_.is_special() ? EncodeSet::special_query : EncodeSet::query);
}

void UrlReader::set_fragment(View text) {
    url_.fragment.emplace();
    append_encoded(*url_.fragment, text, EncodeSet::fragment);
}

bool UrlReader::read_host(View text) {
    auto host = parse_host(text, url_.is_special());
    if (!host) return false;
    url_.host = std::move(host);
    return true;
}

bool UrlReader::read_file_host(View text) {
    if (text.empty()) {
        url_.host = "";
        return true;
    }
    if (!read_host(text)) return false;
    if (*url_.host == "localhost") url_.host = "";
    return true;
}

bool UrlReader::read_port(View text) {
    if (text.empty()) return true;
    unsigned port = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        port = std::min(port * 10 + static_cast<unsigned>(c - '0'), 100'000U);
    }
    if (port > 65'535) return false;
    url_.port = static_cast<std::uint16_t>(port);
    if (port == default_port(url_.scheme)) url_.port.reset();
    return true;
}

void UrlReader::read_path(View text) {
    if (url_.is_special()) {
        if (!text.empty() && is_slash(text[0])) text.remove_prefix(1);
        read_segments(text);
    } else if (!text.empty()) {
        if (text[0] == '/') text.remove_prefix(1);
        read_segments(text);
    }
}

bool UrlReader::read_from_scheme(View text, bool has_query, bool has_fragment) {
    auto scheme = take_scheme(text);
    if (!scheme) return read_without_scheme(text, has_query, has_fragment);
    url_.scheme = *std::move(scheme);
    if (url_.scheme == "file") {
        if (base_ && base_->scheme != "file") base_ = nullptr;
        return read_file(text, has_query);
    }
    if (url_.is_special()) {
        const bool is_relative = base_ && base_->scheme == url_.scheme && !text.starts_with("//");
        return is_relative ? read_relative(text, has_query) : read_authority(without_slashes(text));
    }
    if (text.starts_with("//")) return read_authority(text.substr(2));
    if (text.starts_with('/')) {
        read_path(text);
        return true;
    }
    read_opaque_path(text, !has_query && !has_fragment);
    return true;
}

void UrlReader::read_opaque_path(View text, bool is_last) {
    url_.has_opaque_path = true;
    append_encoded(url_.opaque_path, text, EncodeSet::c0);
    // A blank before what follows would be lost if that were taken away.
    if (!is_last && url_.opaque_path.ends_with(' '))
        url_.opaque_path.replace(url_.opaque_path.size() - 1, 1, "%20");
}

bool UrlReader::read_without_scheme(View text, bool has_query, bool has_fragment) {
    if (!base_) return false;
    if (base_->has_opaque_path) {
        if (!text.empty() || has_query || !has_fragment) return false;
        url_ = *base_;
        url_.fragment.reset();
        return true;
    }
    url_.scheme = base_->scheme;
    return url_.scheme == "file" ? read_file(text, has_query) : read_relative(text, has_query);
}

std::size_t UrlReader::slash_in(View text) const {
    const auto slash = std::ranges::find_if(text, [this](char c) { return is_slash(c); });
    return static_cast<std::size_t>(slash - text.begin());
}

View UrlReader::without_slashes(View text) const {
    while (!text.empty() && is_slash(text[0])) text.remove_prefix(1);
    return text;
}

bool UrlReader::read_relative(View text, bool has_query) {
    if (!text.empty() && is_slash(text[0])) {
        if (text.size() > 1 && is_slash(text[1]))
            return read_authority(url_.is_special() ? without_slashes(text) : text.substr(2));
        take_authority_of_base();
        read_path(text);
        return true;
    }
    take_authority_of_base();
    take_path_of_base(text, has_query);
    if (text.empty()) return true;
    shorten_path();
    read_segments(text);
    return true;
}

void UrlReader::take_authority_of_base() {
    url_.username = base_->username;
    url_.password = base_->password;
    url_.host = base_->host;
    url_.port = base_->port;
}

void UrlReader::take_path_of_base(View text, bool has_query) {
    url_.path = base_->path;
    if (text.empty() && !has_query) url_.query = base_->query;
}

bool UrlReader::read_authority(View text) {
    const std::size_t end = slash_in(text);
    View authority = text.substr(0, end);
    const std::size_t at = authority.rfind('@');
    if (at != View::npos) {
        read_credentials(authority.substr(0, at));
        authority.remove_prefix(at + 1);
        if (authority.empty()) return false;
    }
    if (!read_host_and_port(authority)) return false;
    read_path(text.substr(end));
    return true;
}

void UrlReader::read_credentials(View text) {
    std::optional<View> password;
    append_encoded(url_.username, cut_at(text, ':', password), EncodeSet::userinfo);
    if (password) append_encoded(url_.password, *password, EncodeSet::userinfo);
}

bool UrlReader::read_host_and_port(View text) {
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = bracket == View::npos ? View::npos : text.find(':', bracket);
    const View host = text.substr(0, colon);
    if (host.empty() && (url_.is_special() || colon != View::npos)) return false;
    if (!read_host(host)) return false;
    return colon == View::npos || read_port(text.substr(colon + 1));
}

bool UrlReader::read_file(View text, bool has_query) {
    url_.host = "";
    if (!text.empty() && is_slash(text[0])) return read_file_after_slash(text.substr(1));
    if (!base_) {
        read_segments(text);
        return true;
    }
    url_.host = base_->host;
    take_path_of_base(text, has_query);
    if (text.empty()) return true;
    if (starts_with_drive_letter(text))
        url_.path.clear();
    else
        shorten_path();
    read_segments(text);
    return true;
}

bool UrlReader::read_file_after_slash(View text) {
    if (!text.empty() && is_slash(text[0])) {
        text.remove_prefix(1);
        const std::size_t end = slash_in(text);
        if (is_drive_letter(text.substr(0, end))) {
            read_segments(text);
            return true;
        }
        if (!read_file_host(text.substr(0, end))) return false;
        read_path(text.substr(end));
        return true;
    }
    if (base_) {
        url_.host = base_->host;
        const bool has_drive =
            !base_->path.empty() && is_drive_letter(base_->path[0]) && base_->path[0][1] == ':';
        if (has_drive && !starts_with_drive_letter(text)) url_.path.push_back(base_->path[0]);
    }
    read_segments(text);
    return true;
}

void UrlReader::shorten_path() {
    const bool is_drive = url_.scheme == "file" && url_.path.size() == 1 &&
                          is_drive_letter(url_.path[0]) && url_.path[0][1] == ':';
    if (!url_.path.empty() && !is_drive) url_.path.pop_back();
}

void UrlReader::read_segments(View text) {
    while (true) {
        const std::size_t end = slash_in(text);
        const bool is_last = end == text.size();
        read_segment(text.substr(0, end), is_last);
        if (is_last) return;
        text.remove_prefix(end + 1);
    }
}

void UrlReader::read_segment(View text, bool is_last) {
    if (is_double_dot(text)) {
        shorten_path();
        if (is_last) url_.path.emplace_back();
    } else if (is_single_dot(text)) {
        if (is_last) url_.path.emplace_back();
    } else {
        std::string segment;
        append_encoded(segment, text, EncodeSet::path);
        const bool is_drive =
            url_.scheme == "file" && url_.path.empty() && is_drive_letter(segment);
        if (is_drive) segment[1] = ':';
        url_.path.push_back(std::move(segment));
    }
}

}  // namespace swiftgrid::sandbox

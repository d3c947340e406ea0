#include "sandbox/globals/url_record.h"

#include <algorithm>

#include "sandbox/globals/url_host.h"
#include "sandbox/globals/url_reader.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

using View = std::string_view;

std::string without_breaks(View text) {
    std::string kept;
    for (const char c : text) {
        if (c != '\t' && c != '\n' && c != '\r') kept += c;
    }
    return kept;
}

View trimmed(View text) {
    const auto is_cut = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && is_cut(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_cut(text.back())) text.remove_suffix(1);
    return text;
}

bool can_have_credentials(const UrlRecord& url) {
    return url.host && !url.host->empty() && url.scheme != "file";
}

void set_protocol(UrlRecord& url, std::string text) {
    text += ':';
    View rest = text;
    const auto scheme = take_scheme(rest);
    if (!scheme || is_special_scheme(*scheme) != url.is_special()) return;
    const bool has_more = url.has_credentials() || url.port.has_value();
    if (*scheme == "file" && has_more) return;
    if (url.scheme == "file" && url.host.value_or("").empty()) return;
    url.scheme = *scheme;
    if (url.port && *url.port == default_port(url.scheme)) url.port.reset();
}

void set_credential(UrlRecord& url, std::string& credential, View text) {
    if (!can_have_credentials(url)) return;
    credential.clear();
    append_encoded(credential, text, EncodeSet::userinfo);
}

// The digits at its begin.
void set_port(UrlRecord& url, View text) {
    if (!can_have_credentials(url)) return;
    const std::size_t end = text.find_first_not_of("0123456789");
    if (text.empty())
        url.port.reset();
    else if (end != 0)
        UrlReader(url).read_port(text.substr(0, end));
}

void set_host(UrlRecord& url, View text, bool with_port) {
    if (url.has_opaque_path) return;
    text = text.substr(0, text.find_first_of(url.is_special() ? "/\\?#" : "/?#"));
    UrlRecord changed = url;
    UrlReader reader(changed);
    if (url.scheme == "file") {
        if (reader.read_file_host(text)) url = std::move(changed);
        return;
    }
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    const std::size_t colon = bracket == View::npos ? View::npos : text.find(':', bracket);
    if (colon != View::npos && (!with_port || colon == 0)) return;
    const View host = text.substr(0, colon);
    if (host.empty() && (url.is_special() || url.has_credentials() || url.port)) return;
    if (!reader.read_host(host)) return;
    url = std::move(changed);
    if (colon != View::npos && colon + 1 < text.size()) set_port(url, text.substr(colon + 1));
}

void set_pathname(UrlRecord& url, View text) {
    if (url.has_opaque_path) return;
    url.path.clear();
    if (text.empty() && !url.is_special()) {
        if (!url.host) url.path.emplace_back();
        return;
    }
    UrlReader(url).read_path(text);
}

// Without query and fragment a blank at the end of an opaque path would be lost.
void strip_opaque_path(UrlRecord& url) {
    if (!url.has_opaque_path || url.query || url.fragment) return;
    while (url.opaque_path.ends_with(' ')) url.opaque_path.pop_back();
}

View without_first(View text, char c) { return text.starts_with(c) ? text.substr(1) : text; }

}  // namespace

bool UrlRecord::is_special() const { return is_special_scheme(scheme); }

std::string UrlRecord::pathname() const {
    if (has_opaque_path) return opaque_path;
    std::string out;
    for (const std::string& segment : path) out.append("/").append(segment);
    return out;
}

std::string UrlRecord::origin() const {
    if (scheme == "blob") {
        const auto inner = parse_url(pathname());
        const bool is_web = inner && (inner->scheme == "http" || inner->scheme == "https");
        return is_web ? inner->origin() : "null";
    }
    if (!is_special() || scheme == "file") return "null";
    return scheme + "://" + host.value_or("") + (port ? ":" + std::to_string(*port) : "");
}

std::string UrlRecord::href() const {
    std::string out = scheme + ":";
    if (host) {
        out += "//" + username;
        if (!password.empty()) out += ":" + password;
        if (has_credentials()) out += "@";
        out += *host;
        if (port) out += ":" + std::to_string(*port);
    } else if (!has_opaque_path && path.size() > 1 && path[0].empty()) {
        out += "/.";
    }
    out += pathname();
    if (query) out += "?" + *query;
    if (fragment) out += "#" + *fragment;
    return out;
}

std::optional<UrlRecord> parse_url(std::string_view input, const UrlRecord* base) {
    const std::string text = without_breaks(trimmed(input));
    UrlRecord url;
    if (!UrlReader(url, base).read(text)) return std::nullopt;
    return url;
}

void set_url_part(UrlRecord& url, UrlPart part, std::string_view value) {
    std::string text = without_breaks(value);
    switch (part) {
        case UrlPart::protocol: set_protocol(url, std::move(text)); break;
        case UrlPart::username: set_credential(url, url.username, value); break;
        case UrlPart::password: set_credential(url, url.password, value); break;
        case UrlPart::host: set_host(url, text, true); break;
        case UrlPart::hostname: set_host(url, text, false); break;
        case UrlPart::port: set_port(url, text); break;
        case UrlPart::pathname: set_pathname(url, text); break;
        case UrlPart::search:
            url.query.reset();
            if (!value.empty()) UrlReader(url).set_query(without_first(text, '?'));
            strip_opaque_path(url);
            break;
        case UrlPart::hash:
            url.fragment.reset();
            if (!value.empty()) UrlReader(url).set_fragment(without_first(text, '#'));
            strip_opaque_path(url);
            break;
    }
}

FormPairs parse_form(std::string_view text) {
    const auto decoded = [](View part) {
        std::string plain(part);
        std::ranges::replace(plain, '+', ' ');
        plain = percent_decoded(plain);
        return valid_utf8(plain, 3 * plain.size());
    };
    FormPairs pairs;
    while (!text.empty()) {
        std::optional<View> after;
        View pair = cut_at(text, '&', after);
        text = after.value_or("");
        if (pair.empty()) continue;
        std::optional<View> value;
        const View name = cut_at(pair, '=', value);
        pairs.emplace_back(decoded(name), decoded(value.value_or("")));
    }
    return pairs;
}

std::string write_form(const FormPairs& pairs) {
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        append_encoded(out, name, EncodeSet::form);
        out += '=';
        append_encoded(out, value, EncodeSet::form);
    }
    return out;
}

}  // namespace swiftgrid::sandbox

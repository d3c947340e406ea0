#include "nodes/form_encoding.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/hex.h"

namespace swiftgrid::nodes {

namespace {

std::string encoded(std::string_view text) {
    constexpr std::string_view unreserved = "-._~";
    std::string out;
    for (const char c : text) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') ||
                              unreserved.find(c) != std::string_view::npos;
        if (is_plain)
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

void append_pair(std::string& out, std::string_view name, const json::value& value) {
    if (value.is_null()) return;
    if (value.is_array()) {
        for (const json::value& item : value.get_array()) append_pair(out, name, item);
        return;
    }
    if (!out.empty()) out += '&';
    out += encoded(name) + '=' + encoded(JsonText::from(value).as_plain_text());
}

}  // namespace

std::string encode_pairs(const json::object& pairs) {
    std::string out;
    for (const auto& [name, value] : pairs) append_pair(out, name, value);
    return out;
}

std::string with_query(std::string url, std::string_view query) {
    if (query.empty()) return url;
    const auto hash = std::min(url.find('#'), url.size());
    const auto question = url.find('?');
    std::string_view joint = "?";
    if (question < hash) joint = question + 1 == hash ? "" : "&";
    return url.insert(hash, std::string(joint) + std::string(query));
}

std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
    const std::string added = encoded(name) + '=' + encoded(value);
    const auto hash = std::min(url.find('#'), url.size());
    const auto question = std::min(url.find('?'), hash);
    if (question == hash) return with_query(std::move(url), added);
    std::string kept;
    std::string_view rest(url.data() + question + 1, hash - question - 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const std::string_view pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (pair.empty() || decoded(pair.substr(0, pair.find('='))) == name) continue;
        kept += (kept.empty() ? "" : "&") + std::string(pair);
    }
    kept += (kept.empty() ? "" : "&") + added;
    return url.replace(question + 1, hash - question - 1, kept);
}

}  // namespace swiftgrid::nodes

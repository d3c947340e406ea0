#include "nodes/http_request/link_header.h"

#include <algorithm>

namespace swiftgrid::nodes::http_request {

namespace {

// Takes what stands before the next separator, which does not count inside quotes.
std::string_view take_until(std::string_view& rest, std::string_view separators) {
    bool is_quoted = false;
    std::size_t end = 0;
    for (; end < rest.size(); ++end) {
        if (rest[end] == '"') is_quoted = !is_quoted;
        if (rest[end] == '\\' && is_quoted)
            ++end;
        else if (!is_quoted && separators.find(rest[end]) != std::string_view::npos)
            break;
    }
    end = std::min(end, rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(end);
    return net::trimmed(taken);
}

// `rel` may name several relations: rel="next last".
bool names_relation(std::string_view parameter, std::string_view relation) {
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos) return false;
    if (net::lower_case(net::trimmed(parameter.substr(0, equals))) != "rel") return false;
    std::string names = net::lower_case(net::trimmed(parameter.substr(equals + 1)));
    std::erase(names, '"');
    std::string_view rest = names;
    while (!rest.empty()) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (rest.substr(0, end) == relation) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::optional<std::string> find_in(std::string_view rest, std::string_view relation) {
    while (true) {
        const auto start = rest.find('<');
        const auto end = start == std::string_view::npos ? start : rest.find('>', start);
        if (end == std::string_view::npos) return std::nullopt;
        const std::string_view target = rest.substr(start + 1, end - start - 1);
        rest.remove_prefix(end + 1);
        bool is_wanted = false;
        while (!rest.empty() && rest.front() != ',') {
            is_wanted |= names_relation(take_until(rest, ";,"), relation);
            if (!rest.empty() && rest.front() == ';') rest.remove_prefix(1);
        }
        if (is_wanted) return std::string(net::trimmed(target));
    }
}

}  // namespace

std::optional<std::string> find_link(const std::vector<net::HttpHeader>& headers,
                                     std::string_view relation) {
    for (const net::HttpHeader& header : headers) {
        if (net::lower_case(header.name) != "link") continue;
        if (auto target = find_in(header.value, relation)) return target;
    }
    return std::nullopt;
}

}  // namespace swiftgrid::nodes::http_request

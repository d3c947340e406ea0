#include "api/multipart.h"

#include <algorithm>

#include "api/request.h"
#include "base/limits.h"
#include "net/http_header.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view line_end = "\r\n";

std::unexpected<Error> malformed(const std::string& why) {
    return fail(ErrorCode::bad_request, "body: " + why);
}

// Takes a value off that ends at the next semicolon outside of quotes.
std::string take_value(std::string_view& rest) {
    std::string value;
    if (!rest.starts_with('"')) {
        const auto end = std::min(rest.find(';'), rest.size());
        value = net::trimmed(rest.substr(0, end));
        rest.remove_prefix(end);
        return value;
    }
    std::size_t at = 1;
    while (at < rest.size() && rest[at] != '"') {
        if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
        value += rest[at++];
    }
    rest.remove_prefix(std::min(at + 1, rest.size()));
    return value;
}

// Reads the lines of a part's head into it; false when there is none that names it.
bool read_head(std::string_view head, FormPart& part) {
    bool has_name = false;
    while (!head.empty()) {
        const auto end = std::min(head.find(line_end), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + line_end.size(), head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const Header header{std::string(line.substr(0, colon)),
                            std::string(net::trimmed(line.substr(colon + 1)))};
        Request one;
        one.headers = {header};
        if (one.header("Content-Type")) part.content_type = header.value;
        if (!one.header("Content-Disposition")) continue;
        part.file_name = header_parameter(header.value, "filename");
        if (auto name = header_parameter(header.value, "name")) {
            part.name = std::move(*name);
            has_name = true;
        }
    }
    return has_name;
}

// The part at the beginning of `rest`, which is behind a delimiter; takes it and the next delimiter
// off.
Result<FormPart> take_part(std::string_view& rest, std::string_view delimiter) {
    FormPart part;
    // A part without a head begins with the empty line.
    const auto head_end = rest.find("\r\n\r\n");
    const auto end = rest.find(delimiter);
    if (head_end == std::string_view::npos || end == std::string_view::npos || end < head_end)
        return malformed("the multipart form ends in the middle of a part");
    if (!read_head(rest.substr(0, head_end), part))
        return malformed("a part of the multipart form has no name");
    const std::size_t begin = head_end + 4;
    // The delimiter begins with the line end, which an empty content shares with its head.
    part.content = end < begin ? std::string_view() : rest.substr(begin, end - begin);
    rest.remove_prefix(end + delimiter.size());
    return part;
}

}  // namespace

std::optional<std::string> header_parameter(std::string_view value, std::string_view name) {
    auto rest = value;
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    while (rest.starts_with(';')) {
        rest.remove_prefix(1);
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) return std::nullopt;
        const std::string_view found = net::trimmed(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
        std::string parameter = take_value(rest);
        const bool is_it = std::ranges::equal(found, name, [](char a, char b) {
            return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
        });
        if (is_it) return parameter;
        rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    }
    return std::nullopt;
}

Result<std::vector<FormPart>> parse_multipart(std::string_view body,
                                              std::string_view content_type) {
    const auto boundary = header_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 70)
        return malformed("the content type of the multipart form has no boundary");
    const std::string delimiter = "\r\n--" + *boundary;
    std::string_view rest = body;
    // The first one may be at the very beginning.
    if (rest.starts_with(std::string_view(delimiter).substr(line_end.size()))) {
        rest.remove_prefix(delimiter.size() - line_end.size());
    } else {
        const auto first = rest.find(delimiter);
        if (first == std::string_view::npos)
            return malformed("the multipart form does not hold its boundary");
        rest.remove_prefix(first + delimiter.size());
    }
    std::vector<FormPart> parts;
    while (!rest.starts_with("--")) {
        const auto padding = std::min(rest.find_first_not_of(" \t"), rest.size());
        rest.remove_prefix(padding);
        if (!rest.starts_with(line_end))
            return malformed("the multipart form ends in the middle of a part");
        if (parts.size() >= limits::form_parts)
            return malformed("the multipart form has more than " +
                             std::to_string(limits::form_parts) + " parts");
        rest.remove_prefix(line_end.size());
        auto part = take_part(rest, delimiter);
        if (!part) return std::unexpected(part.error());
        parts.push_back(std::move(*part));
    }
    return parts;
}

}  // namespace swiftgrid::api

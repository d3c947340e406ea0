#include "app/files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <boost/json/stream_parser.hpp>

#include "base/limits.h"

namespace swiftgrid::app {
namespace {

// Where text that is no JSON goes wrong.
std::ptrdiff_t line_of_error(std::string_view text) {
    json::stream_parser parser({}, json::parse_options{.max_depth = limits::json_depth});
    boost::system::error_code error;
    const std::size_t read = parser.write_some(text.data(), text.size(), error);
    return 1 + std::ranges::count(text.substr(0, read), '\n');
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    const bool is_stdin = path == "-";
    std::FILE* file = is_stdin ? stdin : std::fopen(path.c_str(), "rb");
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path + ": " + std::strerror(errno));
    std::string content;
    char buffer[65536];
    std::size_t got = 0;
    while (content.size() <= bytes_max && (got = std::fread(buffer, 1, sizeof buffer, file)) > 0)
        content.append(buffer, got);
    const bool failed = std::ferror(file) != 0;
    const int reason = errno;
    if (!is_stdin) std::fclose(file);
    if (failed)
        return fail(ErrorCode::not_found, "cannot read " + path + ": " + std::strerror(reason));
    if (content.size() > bytes_max)
        return fail(ErrorCode::too_large,
                    path + " is larger than " + std::to_string(bytes_max) + " bytes");
    return content;
}

Result<json::value> read_json_file(const std::string& path) {
    auto text = read_file(path, limits::request_body_bytes);
    if (!text) return std::unexpected(text.error());
    auto document = parse_json(*text);
    if (!document)
        return fail(
            document.error().code,
            fmt::format("{}, line {}: {}", path, line_of_error(*text), document.error().message));
    return document;
}

Result<JsonText> read_input(const std::string& argument) {
    std::string text = argument;
    if (argument.starts_with('@')) {
        auto content = read_file(argument.substr(1), limits::run_input_bytes);
        if (!content) return std::unexpected(content.error());
        text = std::move(*content);
    }
    auto input = JsonText::parse(text);
    if (!input) return fail(ErrorCode::bad_request, "--input: " + input.error().message);
    return input;
}

}  // namespace swiftgrid::app

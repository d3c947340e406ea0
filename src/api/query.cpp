#include "api/query.h"

#include <charconv>

#include "base/limits.h"

namespace swiftgrid::api {

Result<std::optional<std::int64_t>> query_integer(const Request& request, std::string_view name,
                                                  IntegerRange range) {
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (error != std::errc() || end != text->data() + text->size() || value < range.lowest ||
        value > range.highest)
        return fail(ErrorCode::bad_request, std::string(name) + " must be a whole number from " +
                                                std::to_string(range.lowest) + " to " +
                                                std::to_string(range.highest) + ", found '" +
                                                std::string(text->substr(0, 40)) + "'");
    return value;
}

Result<std::optional<bool>> query_boolean(const Request& request, std::string_view name) {
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    if (*text == "true") return true;
    if (*text == "false") return false;
    return fail(ErrorCode::bad_request, std::string(name) + " must be true or false, found '" +
                                            std::string(text->substr(0, 40)) + "'");
}

Result<std::optional<Instant>> query_time(const Request& request, std::string_view name) {
    const auto text = request.query_value(name);
    if (!text || text->empty()) return std::nullopt;
    auto time = parse_rfc3339(*text);
    if (!time) return fail(ErrorCode::bad_request, std::string(name) + ": " + time.error().message);
    return *time;
}

std::vector<std::string> query_list(const Request& request, std::string_view name) {
    std::vector<std::string> elements;
    std::string_view text = request.query_value(name).value_or("");
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        if (comma > 0) elements.emplace_back(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return elements;
}

std::string query_text(const Request& request, std::string_view name) {
    return std::string(request.query_value(name).value_or(""));
}

Result<std::size_t> query_limit(const Request& request) {
    auto limit = query_integer(request, "limit", {1, limits::page_items_max});
    if (!limit) return std::unexpected(limit.error());
    return limit->has_value() ? static_cast<std::size_t>(**limit) : limits::page_items;
}

}  // namespace swiftgrid::api

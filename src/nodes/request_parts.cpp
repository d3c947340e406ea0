#include "nodes/request_parts.h"

#include <fmt/format.h>

#include "nodes/form_encoding.h"

namespace swiftgrid::nodes {

std::optional<engine::RunError> add_query(const json::value& given, net::HttpRequest& request) {
    if (!given.is_object()) {
        return engine::make_run_error(
            "invalid_query",
            "query must be an object of names and values, for example {\"page\": 2}");
    }
    request.url = with_query(std::move(request.url), encode_pairs(given.get_object()));
    return std::nullopt;
}

std::optional<engine::RunError> add_headers(const json::value& given, net::HttpRequest& request) {
    if (!given.is_object()) {
        return engine::make_run_error("invalid_header",
                                      "headers must be an object of names and values, for example "
                                      "{\"Accept\": \"*/*\"}");
    }
    for (const auto& [name, value] : given.get_object()) {
        if (value.is_null()) continue;
        if (value.is_object() || value.is_array()) {
            return engine::make_run_error(
                "invalid_header",
                fmt::format("the header '{}' has an object or a list as its value; give text",
                            std::string_view(name)));
        }
        net::HttpHeader header{std::string(name), JsonText::from(value).as_plain_text()};
        if (!net::is_valid_header(header)) {
            return engine::make_run_error(
                "invalid_header",
                fmt::format("the header '{}' has a character that headers may not have (a line "
                            "break or another control character); remove it",
                            header.name));
        }
        request.headers.push_back(std::move(header));
    }
    return std::nullopt;
}

}  // namespace swiftgrid::nodes

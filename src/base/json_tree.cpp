// Text to tree. simdjson reads, because it is quick and its doubles are exact (Boost.JSON 1.81's
// are off by some units in the last place, so that text would change with every round trip).

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>
#include <boost/json/parse.hpp>

#include "base/json.h"
#include "base/json_message.h"
#include "base/limits.h"

namespace swiftgrid {
namespace {

// Requires a document of at most limits::json_depth levels: the recursion goes as deep.
json::value tree_of(simdjson::dom::element element) {
    using simdjson::dom::element_type;
    switch (element.type()) {
        case element_type::NULL_VALUE: return nullptr;
        case element_type::BOOL: return bool(element);
        case element_type::INT64: return std::int64_t(element);
        case element_type::UINT64: return std::uint64_t(element);
        case element_type::DOUBLE: return double(element);
        case element_type::STRING: return json::string(std::string_view(element));
        case element_type::ARRAY: {
            json::array array;
            for (const simdjson::dom::element item : simdjson::dom::array(element))
                array.push_back(tree_of(item));
            return array;
        }
        case element_type::OBJECT: {
            json::object object;
            // Of two members with one name the last counts, as in JavaScript.
            for (const auto& [key, value] : simdjson::dom::object(element))
                object[key] = tree_of(value);
            return object;
        }
    }
    return nullptr;
}

// For documents with integers beyond 64 bits, which simdjson refuses.
Result<json::value> parse_big_numbers(std::string_view text) {
    json::parse_options options;
    options.max_depth = limits::json_depth;
    boost::system::error_code error;
    auto value = json::parse(text, error, {}, options);
    if (error)
        return fail(ErrorCode::bad_request, fmt::format("not valid JSON: {}", error.message()));
    return value;
}

}  // namespace

std::string json_message(simdjson::error_code error) {
    if (error == simdjson::DEPTH_ERROR)
        return fmt::format("JSON is nested deeper than {} levels", limits::json_depth);
    if (error == simdjson::EMPTY) return "expected JSON, found nothing";
    return fmt::format("not valid JSON: {}", simdjson::error_message(error));
}

Result<json::value> parse_json(std::string_view text) {
    thread_local simdjson::dom::parser parser;
    if (const auto error =
            parser.allocate(std::max<std::size_t>(text.size(), 256), limits::json_depth);
        error)
        return fail(ErrorCode::too_large, json_message(error));
    simdjson::dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::NUMBER_ERROR) return parse_big_numbers(text);
    if (error) return fail(ErrorCode::bad_request, json_message(error));
    return tree_of(root);
}

}  // namespace swiftgrid

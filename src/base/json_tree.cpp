// Text to tree. simdjson reads, because it is quick and its doubles are exact (Boost.JSON 1.81's
// are off by some units in the last place, so that text would change with every round trip).

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <simdjson.h>

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

bool is_beyond_64_bits(std::string_view number) {
    const auto overflows = [&](auto integer) {
        return std::from_chars(number.data(), number.data() + number.size(), integer).ec ==
               std::errc::result_out_of_range;
    };
    if (number.find_first_of(".eE") != std::string_view::npos) return false;
    return overflows(std::int64_t{}) && (number.front() == '-' || overflows(std::uint64_t{}));
}

// simdjson refuses integers beyond 64 bits, which JSON and JavaScript allow. With a fraction it
// reads them, as the nearest double.
std::string with_fractions(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    while (!text.empty()) {
        std::size_t size = 1;
        if (text.front() == '"') {
            while (size < text.size() && text[size] != '"') size += text[size] == '\\' ? 2 : 1;
            size = std::min(size + 1, text.size());
        } else if (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) {
            size = std::min(text.find_first_not_of("0123456789+-.eE"), text.size());
        }
        const std::string_view token = text.substr(0, size);
        out += token;
        if (size > 1 && token.front() != '"' && is_beyond_64_bits(token)) out += ".0";
        text.remove_prefix(size);
    }
    return out;
}

}  // namespace

std::string json_message(simdjson::error_code error) {
    if (error == simdjson::DEPTH_ERROR)
        return fmt::format("JSON is nested deeper than {} levels", limits::json_depth);
    if (error == simdjson::EMPTY) return "expected JSON, found nothing";
    return fmt::format("not valid JSON: {}", simdjson::error_message(error));
}

Result<json::value> parse_json(std::string_view text) {
    // An empty view may have no address, and simdjson copies from it.
    if (text.empty()) return fail(ErrorCode::bad_request, json_message(simdjson::EMPTY));
    thread_local simdjson::dom::parser parser;
    if (const auto error =
            parser.allocate(std::max<std::size_t>(text.size(), 256), limits::json_depth);
        error)
        return fail(ErrorCode::too_large, json_message(error));
    simdjson::dom::element root;
    const auto error = parser.parse(text.data(), text.size()).get(root);
    if (error == simdjson::NUMBER_ERROR) {
        const std::string readable = with_fractions(text);
        if (readable.size() > text.size()) return parse_json(readable);
    }
    if (error) return fail(ErrorCode::bad_request, json_message(error));
    return tree_of(root);
}

}  // namespace swiftgrid

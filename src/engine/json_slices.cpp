#include "engine/json_slices.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>
#include <boost/json/parse.hpp>

#include "base/limits.h"

namespace swiftgrid::engine {
namespace {

namespace ondemand = simdjson::ondemand;

// Event array, event, payload, extras: levels around a value that may itself be as deep as allowed.
constexpr std::size_t depth_max = limits::json_depth + 8;

std::unexpected<Error> malformed(std::string_view what) {
    return fail(ErrorCode::storage_error, fmt::format("stored events are malformed: {}", what));
}

// Slices are handed out unchecked, so the whole text is checked first.
bool is_valid_json(std::string_view text) {
    if (text.empty()) return false;
    simdjson::dom::parser parser;
    if (parser.allocate(std::max<std::size_t>(text.size(), 256), depth_max)) return false;
    const simdjson::error_code error = parser.parse(text.data(), text.size()).error();
    if (error != simdjson::NUMBER_ERROR) return error == simdjson::SUCCESS;
    // Integers beyond 64 bits are right in JSON, but not for simdjson.
    json::parse_options options;
    options.max_depth = depth_max;
    boost::system::error_code failed;
    json::parse(text, failed, {}, options);
    return !failed;
}

Result<simdjson::padded_string> minified(std::string_view text) {
    simdjson::padded_string out(text.size());
    std::size_t size = 0;
    if (simdjson::minify(text.data(), text.size(), out.data(), size))
        return malformed("not valid JSON");
    return simdjson::padded_string(out.data(), size);
}

std::optional<std::string_view> raw_text(ondemand::value& value) {
    ondemand::json_type type;
    if (value.type().get(type)) return std::nullopt;
    std::string_view raw;
    if (type == ondemand::json_type::object) {
        ondemand::object object;
        if (value.get_object().get(object) || object.raw_json().get(raw)) return std::nullopt;
        return raw;
    }
    if (type == ondemand::json_type::array) {
        ondemand::array array;
        if (value.get_array().get(array) || array.raw_json().get(raw)) return std::nullopt;
        return raw;
    }
    raw = value.raw_json_token();
    // A token's text reaches to the next one.
    while (!raw.empty() && (raw.back() == ' ' || raw.back() == '\n')) raw.remove_suffix(1);
    return raw;
}

bool read_payload(ondemand::value& value, StoredEvent& event) {
    ondemand::object object;
    if (value.get_object().get(object)) return false;
    for (auto field : object) {
        std::string_view name;
        ondemand::value member;
        if (field.unescaped_key().get(name) || field.value().get(member)) return false;
        // The key lives in a buffer that the next one overwrites.
        std::string own_name(name);
        const auto raw = raw_text(member);
        if (!raw) return false;
        event.payload.emplace_back(std::move(own_name), JsonText::trusted(std::string(*raw)));
    }
    return true;
}

bool read_node_id(ondemand::value& value, StoredEvent& event) {
    ondemand::json_type type;
    if (value.type().get(type)) return false;
    if (type == ondemand::json_type::null) return true;
    std::string_view id;
    if (value.get_string().get(id)) return false;
    event.node_id = std::string(id);
    return true;
}

bool read_part(ondemand::value& value, std::size_t index, StoredEvent& event) {
    switch (index) {
        case 0: return !value.get_uint64().get(event.type);
        case 1: return !value.get_int64().get(event.delta_ms);
        case 2: return read_node_id(value, event);
        case 3: return !value.get_uint64().get(event.attempt);
        case 4: return read_payload(value, event);
        default: return false;
    }
}

bool read_event(ondemand::value& value, StoredEvent& event) {
    ondemand::array parts;
    if (value.get_array().get(parts)) return false;
    std::size_t count = 0;
    for (auto part : parts) {
        ondemand::value part_value;
        if (part.get(part_value) || !read_part(part_value, count, event)) return false;
        ++count;
    }
    return count == 5;
}

// The place of the closing quote of the string that opens at `open`.
std::size_t end_of_string(std::string_view text, std::size_t open) {
    std::size_t i = open + 1;
    while (text[i] != '"') i += text[i] == '\\' ? 2 : 1;
    return i;
}

}  // namespace

Result<std::vector<StoredEvent>> read_stored_events(std::string_view text) {
    if (!is_valid_json(text)) return malformed("not valid JSON");
    auto padded = minified(text);
    if (!padded) return std::unexpected(padded.error());

    ondemand::parser parser;
    ondemand::document document;
    ondemand::array array;
    if (parser.iterate(*padded).get(document) || document.get_array().get(array))
        return malformed("expected an array of events");
    std::vector<StoredEvent> events;
    for (auto element : array) {
        ondemand::value value;
        if (element.get(value) || !read_event(value, events.emplace_back()))
            return malformed(fmt::format(
                "element {} is not [type, delta_ms, node_id, attempt, payload]", events.size()));
    }
    return events;
}

// A scan for commas outside strings and brackets is all that minified text needs.
std::vector<std::pair<std::uint32_t, std::uint32_t>> slice_array(std::string_view array) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> slices;
    if (array.size() <= 2) return slices;
    std::size_t depth = 0;
    std::size_t begin = 1;
    const auto cut = [&](std::size_t end) {
        slices.emplace_back(static_cast<std::uint32_t>(begin),
                            static_cast<std::uint32_t>(end - begin));
        begin = end + 1;
    };
    for (std::size_t i = 1; i + 1 < array.size(); ++i) {
        const char c = array[i];
        if (c == '"')
            i = end_of_string(array, i);
        else if (c == '[' || c == '{')
            ++depth;
        else if (c == ']' || c == '}')
            --depth;
        else if (c == ',' && depth == 0)
            cut(i);
    }
    cut(array.size() - 1);
    return slices;
}

}  // namespace swiftgrid::engine

#include "base/json.h"

#include <algorithm>

#include <simdjson.h>

#include "base/assert.h"
#include "base/json_message.h"
#include "base/limits.h"

namespace swiftgrid {
namespace {

// simdjson reads up to this many bytes past the end of a document.
std::shared_ptr<const std::string> padded(std::string text) {
    auto shared = std::make_shared<std::string>(std::move(text));
    shared->reserve(shared->size() + simdjson::SIMDJSON_PADDING);
    return shared;
}

simdjson::ondemand::parser& slicing_parser() {
    thread_local simdjson::ondemand::parser parser;
    return parser;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' ||
                             text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// The text of a value as it stands in its document, which is valid.
std::string raw_text(simdjson::ondemand::value value) {
    const auto type = value.type();
    std::string_view raw;
    if (type.value_unsafe() == simdjson::ondemand::json_type::object) {
        const bool failed = value.get_object().value_unsafe().raw_json().get(raw);
        SG_ASSERT(!failed, "JsonText holds valid JSON");
    } else if (type.value_unsafe() == simdjson::ondemand::json_type::array) {
        const bool failed = value.get_array().value_unsafe().raw_json().get(raw);
        SG_ASSERT(!failed, "JsonText holds valid JSON");
    } else {
        raw = value.raw_json_token();
    }
    return std::string(trimmed(raw));
}

}  // namespace

// Characters outside the basic plane take four bytes of UTF-8 and two units of UTF-16.
std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0U) != 0x80U) units += byte >= 0xf0U ? 2 : 1;
    }
    return units;
}

std::string_view to_string(JsonKind kind) {
    switch (kind) {
        case JsonKind::null: return "null";
        case JsonKind::boolean: return "boolean";
        case JsonKind::number: return "number";
        case JsonKind::string: return "string";
        case JsonKind::array: return "array";
        case JsonKind::object: return "object";
    }
    return "null";
}

JsonText::JsonText() {
    static const std::shared_ptr<const std::string> null_text = padded("null");
    text_ = null_text;
}

Result<JsonText> JsonText::parse(std::string_view text) {
    // An empty view may have no address, and simdjson copies from it.
    if (text.empty()) return fail(ErrorCode::bad_request, json_message(simdjson::EMPTY));
    thread_local simdjson::dom::parser parser;
    if (auto error = parser.allocate(std::max<std::size_t>(text.size(), 256), limits::json_depth);
        error)
        return fail(ErrorCode::too_large, json_message(error));
    simdjson::dom::element element;
    const auto error = parser.parse(text.data(), text.size()).get(element);
    // simdjson refuses integers beyond 64 bits, which JSON and JavaScript allow.
    if (error == simdjson::NUMBER_ERROR) {
        auto tree = parse_json(text);
        if (!tree) return std::unexpected(tree.error());
        return from(*tree);
    }
    if (error) return fail(ErrorCode::bad_request, json_message(error));

    std::string minified(text.size() + simdjson::SIMDJSON_PADDING, '\0');
    std::size_t size = 0;
    if (auto failed = simdjson::minify(text.data(), text.size(), minified.data(), size); failed)
        return fail(ErrorCode::bad_request, json_message(failed));
    minified.resize(size);
    return JsonText(padded(std::move(minified)));
}

JsonText JsonText::trusted(std::string text) {
    SG_ASSERT(!text.empty(), "JSON text is never empty");
    return JsonText(padded(std::move(text)));
}

JsonText JsonText::from(const json::value& value) { return trusted(to_json(value)); }

JsonText JsonText::string(std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    return trusted(std::move(quoted));
}

JsonKind JsonText::kind() const {
    switch (text_->front()) {
        case '{': return JsonKind::object;
        case '[': return JsonKind::array;
        case '"': return JsonKind::string;
        case 't':
        case 'f': return JsonKind::boolean;
        case 'n': return JsonKind::null;
        default: return JsonKind::number;
    }
}

json::value JsonText::to_value() const {
    auto tree = parse_json(view());
    SG_ASSERT(tree.has_value(), "JsonText holds valid JSON");
    return std::move(*tree);
}

std::string JsonText::as_plain_text() const {
    if (kind() != JsonKind::string) return std::string(view());
    const auto value = to_value();
    return std::string(value.get_string());
}

std::optional<JsonText> JsonText::child(const JsonStep& step) const {
    const auto* name = std::get_if<std::string>(&step);
    switch (kind()) {
        case JsonKind::string:
            if (!name || *name != "length") return std::nullopt;
            return trusted(std::to_string(utf16_length(as_plain_text())));
        case JsonKind::object:
            return member(name ? *name : std::to_string(std::get<std::size_t>(step)));
        case JsonKind::array:
            if (!name) return element(std::get<std::size_t>(step));
            if (*name != "length") return std::nullopt;
            return trusted(std::to_string(element_count()));
        case JsonKind::null:
        case JsonKind::boolean:
        case JsonKind::number: return std::nullopt;
    }
    return std::nullopt;
}

std::optional<JsonText> JsonText::member(std::string_view name) const {
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (slicing_parser().iterate(text_->data(), text_->size(), text_->capacity()).get(document) ||
        document.get_object().get(object))
        return std::nullopt;
    // Names are compared after unescaping, so that "a\u0062" is found as "ab".
    for (auto field : object) {
        std::string_view field_name;
        simdjson::ondemand::value value;
        if (field.unescaped_key().get(field_name)) return std::nullopt;
        if (field_name != name) continue;
        if (field.value().get(value)) return std::nullopt;
        return trusted(raw_text(value));
    }
    return std::nullopt;
}

std::optional<JsonText> JsonText::element(std::size_t index) const {
    simdjson::ondemand::document document;
    simdjson::ondemand::value value;
    if (slicing_parser().iterate(text_->data(), text_->size(), text_->capacity()).get(document) ||
        document.at(index).get(value))
        return std::nullopt;
    return trusted(raw_text(value));
}

std::size_t JsonText::element_count() const {
    simdjson::ondemand::document document;
    std::size_t count = 0;
    const bool failed =
        slicing_parser().iterate(text_->data(), text_->size(), text_->capacity()).get(document) ||
        document.count_elements().get(count);
    SG_ASSERT(!failed, "JsonText holds valid JSON");
    return count;
}

bool JsonText::is_deeper_than(std::size_t levels) const {
    // Every level has two brackets.
    if (text_->size() < 2 * (levels + 1)) return false;
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text_->size(); ++i) {
        const char c = (*text_)[i];
        if (in_string && c == '\\') ++i;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if ((c == '{' || c == '[') && ++depth > levels) return true;
        if (c == '}' || c == ']') --depth;
    }
    return false;
}

std::vector<std::string> JsonText::member_names(std::size_t count_max) const {
    std::vector<std::string> names;
    if (kind() != JsonKind::object) return names;
    const auto value = to_value();
    for (const auto& member : value.get_object()) {
        if (names.size() == count_max) break;
        names.emplace_back(member.key());
    }
    return names;
}

}  // namespace swiftgrid

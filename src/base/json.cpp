#include "base/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <simdjson.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/assert.h"
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

json::parse_options tree_options() {
    json::parse_options options;
    options.max_depth = limits::json_depth;
    return options;
}

Result<json::value> parse_tree(std::string_view text) {
    boost::system::error_code error;
    auto value = json::parse(text, error, {}, tree_options());
    if (error)
        return fail(ErrorCode::bad_request, fmt::format("not valid JSON: {}", error.message()));
    return value;
}

std::string simdjson_message(simdjson::error_code error) {
    if (error == simdjson::DEPTH_ERROR)
        return fmt::format("JSON is nested deeper than {} levels", limits::json_depth);
    if (error == simdjson::EMPTY) return "expected JSON, found nothing";
    return fmt::format("not valid JSON: {}", simdjson::error_message(error));
}

void append_number(std::string& out, double number) {
    // JSON has no infinities; they can only come from our own arithmetic.
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    out.append(buffer, end);
}

struct Printer {
    std::string& out;
    bool sorted = false;
    bool pretty = false;

    void line(std::size_t depth) {
        if (!pretty) return;
        out += '\n';
        out.append(2 * depth, ' ');
    }

    void member(std::string_view key, const json::value& value, std::size_t depth) {
        line(depth);
        append_json_string(out, key);
        out += pretty ? ": " : ":";
        print(value, depth);
    }

    void print_object(const json::object& object, std::size_t depth) {
        if (object.empty()) {
            out += "{}";
            return;
        }
        std::vector<const json::key_value_pair*> members;
        for (const auto& pair : object) members.push_back(&pair);
        if (sorted) std::ranges::sort(members, {}, [](auto* pair) { return pair->key(); });
        out += '{';
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (i > 0) out += ',';
            member(members[i]->key(), members[i]->value(), depth + 1);
        }
        line(depth);
        out += '}';
    }

    void print_array(const json::array& array, std::size_t depth) {
        if (array.empty()) {
            out += "[]";
            return;
        }
        out += '[';
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (i > 0) out += ',';
            line(depth + 1);
            print(array[i], depth + 1);
        }
        line(depth);
        out += ']';
    }

    void print(const json::value& value, std::size_t depth) {
        switch (value.kind()) {
            case json::kind::null: out += "null"; return;
            case json::kind::bool_: out += value.get_bool() ? "true" : "false"; return;
            case json::kind::int64: out += std::to_string(value.get_int64()); return;
            case json::kind::uint64: out += std::to_string(value.get_uint64()); return;
            case json::kind::double_: append_number(out, value.get_double()); return;
            case json::kind::string: append_json_string(out, value.get_string()); return;
            case json::kind::array: print_array(value.get_array(), depth); return;
            case json::kind::object: print_object(value.get_object(), depth); return;
        }
    }
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' ||
                             text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

// The length of a JSON string in UTF-16 units, as JavaScript counts it.
std::size_t utf16_length(std::string_view text) {
    std::size_t units = 0;
    for (unsigned char c : text) {
        if ((c & 0xc0) != 0x80) units += c >= 0xf0 ? 2 : 1;
    }
    return units;
}

}  // namespace

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
    thread_local simdjson::dom::parser parser;
    if (auto error = parser.allocate(std::max<std::size_t>(text.size(), 256), limits::json_depth);
        error)
        return fail(ErrorCode::too_large, simdjson_message(error));
    simdjson::dom::element element;
    const auto error = parser.parse(text.data(), text.size()).get(element);
    // simdjson refuses integers beyond 64 bits, which JSON and JavaScript allow.
    if (error == simdjson::NUMBER_ERROR) {
        auto tree = parse_tree(text);
        if (!tree) return std::unexpected(tree.error());
        return from(*tree);
    }
    if (error) return fail(ErrorCode::bad_request, simdjson_message(error));

    std::string minified(text.size() + simdjson::SIMDJSON_PADDING, '\0');
    std::size_t size = 0;
    if (auto failed = simdjson::minify(text.data(), text.size(), minified.data(), size); failed)
        return fail(ErrorCode::bad_request, simdjson_message(failed));
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
    auto tree = parse_tree(view());
    SG_ASSERT(tree.has_value(), "JsonText holds valid JSON");
    return std::move(*tree);
}

std::string JsonText::as_plain_text() const {
    if (kind() != JsonKind::string) return std::string(view());
    const auto value = to_value();
    return std::string(value.get_string());
}

std::optional<JsonText> JsonText::child(const JsonStep& step) const {
    const JsonKind own_kind = kind();
    const auto* name = std::get_if<std::string>(&step);
    if (own_kind == JsonKind::string && name && *name == "length")
        return trusted(std::to_string(utf16_length(as_plain_text())));
    if (own_kind != JsonKind::object && own_kind != JsonKind::array) return std::nullopt;

    simdjson::ondemand::document document;
    if (slicing_parser().iterate(text_->data(), text_->size(), text_->capacity()).get(document))
        return std::nullopt;
    simdjson::ondemand::value value;
    std::size_t count = 0;
    if (own_kind == JsonKind::object) {
        const std::string key = name ? *name : std::to_string(std::get<std::size_t>(step));
        simdjson::ondemand::object object;
        if (document.get_object().get(object)) return std::nullopt;
        // Keys are compared after unescaping, so that "a\u0062" is found as "ab".
        bool found = false;
        for (auto field : object) {
            std::string_view field_name;
            if (field.unescaped_key().get(field_name)) return std::nullopt;
            if (field_name != key) continue;
            if (field.value().get(value)) return std::nullopt;
            found = true;
            break;
        }
        if (!found) return std::nullopt;
    } else if (name && *name == "length") {
        if (document.count_elements().get(count)) return std::nullopt;
        return trusted(std::to_string(count));
    } else {
        const auto* index = std::get_if<std::size_t>(&step);
        if (!index || document.at(*index).get(value)) return std::nullopt;
    }
    simdjson::ondemand::json_type type;
    if (value.type().get(type)) return std::nullopt;
    std::string_view raw;
    if (type == simdjson::ondemand::json_type::object) {
        simdjson::ondemand::object object;
        if (value.get_object().get(object) || object.raw_json().get(raw)) return std::nullopt;
    } else if (type == simdjson::ondemand::json_type::array) {
        simdjson::ondemand::array array;
        if (value.get_array().get(array) || array.raw_json().get(raw)) return std::nullopt;
    } else {
        raw = value.raw_json_token();
    }
    return trusted(std::string(trimmed(raw)));
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

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, copied, i - copied);
        copied = i + 1;
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\b': out += "\\b"; break;
            case '\f': out += "\\f"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default: out += fmt::format("\\u{:04x}", c);
        }
    }
    out.append(text, copied);
    out += '"';
}

Result<json::value> parse_json(std::string_view text) { return parse_tree(text); }

std::string canonical_json(const json::value& value) {
    std::string out;
    Printer{.out = out, .sorted = true}.print(value, 0);
    return out;
}

std::string to_json(const json::value& value) {
    std::string out;
    Printer{.out = out}.print(value, 0);
    return out;
}

std::string to_pretty_json(const json::value& value) {
    std::string out;
    Printer{.out = out, .pretty = true}.print(value, 0);
    return out;
}

}  // namespace swiftgrid

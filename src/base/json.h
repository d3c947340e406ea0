#pragma once

// JSON in two forms. `JsonText` is immutable, validated text that is shared instead of copied: all
// data that flows through a run has this form, is validated once at the edge, and is sliced and
// spliced without a tree. `json::value` (Boost.JSON) is the tree form for documents that are read
// member by member or edited. This is the one place that names the JSON libraries.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include "base/result.h"

namespace swiftgrid {

namespace json = boost::json;

enum class JsonKind { null, boolean, number, string, array, object };

std::string_view to_string(JsonKind kind);

// One step of a path: a member name or, when it is an array, an index.
using JsonStep = std::variant<std::string, std::size_t>;

class JsonText {
public:
    // The text `null`.
    JsonText();

    // Validates (grammar, UTF-8, depth of at most limits::json_depth) and removes white space.
    static Result<JsonText> parse(std::string_view text);

    // Requires valid, minified JSON that we wrote ourselves.
    static JsonText trusted(std::string text);

    static JsonText from(const json::value& value);
    static JsonText string(std::string_view text);

    std::string_view view() const { return {text_->data(), text_->size()}; }
    std::size_t size_bytes() const { return text_->size(); }
    JsonKind kind() const;
    bool is_null() const { return kind() == JsonKind::null; }

    json::value to_value() const;

    // The string's characters when the value is a string, else the text itself: what a placeholder
    // inside text becomes.
    std::string as_plain_text() const;

    // The value at one step below this one; nothing when it is not there. A step `length` on an
    // array or a string without such a member gives its length.
    std::optional<JsonText> child(const JsonStep& step) const;

    // A number is 0 levels deep, `[[]]` is 2.
    bool is_deeper_than(std::size_t levels) const;

    // The names of an object's members in document order, for messages and completion.
    std::vector<std::string> member_names(std::size_t count_max) const;

    bool operator==(const JsonText& other) const { return view() == other.view(); }

private:
    std::optional<JsonText> member(std::string_view name) const;
    std::optional<JsonText> element(std::size_t index) const;
    std::size_t element_count() const;

    explicit JsonText(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}

    std::shared_ptr<const std::string> text_;  // shared by all copies; never changed
};

// How long JavaScript takes a text to be: in units of UTF-16.
std::size_t utf16_length(std::string_view text);

// Appends `text` as a JSON string with quotes and escapes.
void append_json_string(std::string& out, std::string_view text);

// Parses a document into a tree; the same validation as JsonText::parse.
Result<json::value> parse_json(std::string_view text);

// Members sorted by name, no white space, numbers in their shortest form: equal documents have
// equal text.
std::string canonical_json(const json::value& value);

// Numbers in their shortest form (1.5, not 1.5E0), no white space, members in document order.
std::string to_json(const json::value& value);

// The same with an indent of two spaces, for files and terminals.
std::string to_pretty_json(const json::value& value);

}  // namespace swiftgrid

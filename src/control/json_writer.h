#pragma once

// Writes the members of a JSON object as text. `raw` takes text that is JSON already.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/json.h"

namespace swiftgrid::control {

class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }

    ObjectWriter& raw(std::string_view name, std::string_view json) {
        key(name);
        out_ += json;
        return *this;
    }
    ObjectWriter& text(std::string_view name, std::string_view value) {
        key(name);
        append_json_string(out_, value);
        return *this;
    }
    ObjectWriter& number(std::string_view name, std::int64_t value) {
        return raw(name, std::to_string(value));
    }
    ObjectWriter& boolean(std::string_view name, bool value) {
        return raw(name, value ? "true" : "false");
    }
    ObjectWriter& null(std::string_view name) { return raw(name, "null"); }
    ObjectWriter& time(std::string_view name, const std::optional<Instant>& value) {
        return value ? text(name, to_rfc3339(*value)) : null(name);
    }
    // A text that is absent when empty.
    ObjectWriter& text_or_null(std::string_view name, std::string_view value) {
        return value.empty() ? null(name) : text(name, value);
    }
    ObjectWriter& number_or_null(std::string_view name, const std::optional<std::int64_t>& value) {
        return value ? number(name, *value) : null(name);
    }
    // For members that are objects or arrays written by others; `out` is the same string.
    std::string& member(std::string_view name) {
        key(name);
        return out_;
    }
    void end() { out_ += '}'; }

private:
    void key(std::string_view name) {
        if (!first_) out_ += ',';
        first_ = false;
        append_json_string(out_, name);
        out_ += ':';
    }

    std::string& out_;
    bool first_ = true;
};

}  // namespace swiftgrid::control

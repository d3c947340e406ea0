#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/json.h"

namespace swiftgrid {
namespace {

void append_number(std::string& out, double number) {
    // JSON has no infinities; they can only come from our own arithmetic.
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    // As JavaScript writes it (ECMA-262, Number::toString): "-0" would be read as the integer 0.
    if (number == 0) number = 0;
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

}  // namespace

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

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "base/limits.h"
#include "expr/json_walk.h"
#include "expr/nearest_name.h"
#include "expr/template.h"
#include "expr/tokens.h"

namespace swiftgrid::expr {
namespace {

constexpr std::size_t names_compared_max = 200;
constexpr std::size_t names_listed_max = 8;

std::string_view trim(std::string_view text) {
    const std::string_view blank = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blank);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::unexpected<Error> not_a_path() {
    return fail(ErrorCode::bad_request, "this is not a path such as node.field[0]");
}

bool is_name_byte(char c) { return is_identifier_byte(c) || c == '-'; }

// `0` and `12` are indices; `007` and numbers beyond any array are names.
JsonStep step_of(std::string_view name) {
    const bool digits = std::ranges::all_of(name, [](char c) { return c >= '0' && c <= '9'; });
    if (digits && name.size() <= 15 && (name.size() == 1 || name.front() != '0')) {
        std::size_t index = 0;
        std::from_chars(name.data(), name.data() + name.size(), index);
        return index;
    }
    return std::string(name);
}

// The JSON form of a string in single quotes; nothing when a quote ends it early.
std::optional<std::string> json_of_single_quoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
    std::string out = "\"";
    const std::string_view inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] == '\'') return std::nullopt;
        if (inner[i] == '"') out += '\\';
        if (inner[i] == '\\' && i + 1 < inner.size()) {
            ++i;
            if (inner[i] != '\'') out += '\\';
        }
        out += inner[i];
    }
    return out + '"';
}

std::optional<JsonText> parse_literal(std::string_view text) {
    const auto converted = json_of_single_quoted(text);
    auto parsed = JsonText::parse(converted ? std::string_view(*converted) : text);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

class PathReader {
public:
    explicit PathReader(std::string_view text) : text_(text) {}

    Result<Path> read() {
        Path path;
        path.source = std::string(text_);
        path.root = name();
        if (path.root.empty() || path.root.front() == '-') return not_a_path();
        static constexpr std::array<std::string_view, 4> literals = {"true", "false", "null",
                                                                     "undefined"};
        if (std::ranges::find(literals, path.root) != literals.end()) return not_a_path();
        while (at_ < text_.size() && (text_[at_] == '.' || text_[at_] == '[')) {
            auto step = text_[at_] == '.' ? dotted() : bracketed();
            if (!step) return not_a_path();
            if (path.steps.size() == limits::path_steps)
                return fail(ErrorCode::too_large,
                            fmt::format("a path has at most {} steps", limits::path_steps));
            path.steps.push_back(std::move(*step));
        }
        const std::string_view rest = trim(text_.substr(at_));
        if (rest.empty()) return path;
        if (!rest.starts_with("??")) return not_a_path();
        const std::string_view literal = trim(rest.substr(2));
        if (literal.empty())
            return fail(ErrorCode::invalid_document, "after ?? a default value is expected");
        path.default_value = parse_literal(literal);
        if (!path.default_value) return not_a_path();
        return path;
    }

private:
    std::string name() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::optional<JsonStep> dotted() {
        ++at_;
        const std::string step = name();
        if (step.empty()) return std::nullopt;
        return step_of(step);
    }

    std::optional<JsonStep> bracketed() {
        ++at_;
        const std::string_view inner = inside_brackets();
        const std::string_view trimmed = trim(inner);
        at_ += inner.size() + 1;
        if (trimmed.empty() || at_ > text_.size()) return std::nullopt;
        if (trimmed.front() == '"' || trimmed.front() == '\'') {
            const auto literal = parse_literal(trimmed);
            if (!literal || literal->kind() != JsonKind::string) return std::nullopt;
            return literal->as_plain_text();
        }
        JsonStep step = step_of(trimmed);
        if (!std::holds_alternative<std::size_t>(step)) return std::nullopt;
        return step;
    }

    // Up to the `]` that is not inside a string.
    std::string_view inside_brackets() const {
        char quote = 0;
        std::size_t i = at_;
        for (; i < text_.size(); ++i) {
            const char c = text_[i];
            if (quote && c == '\\')
                ++i;
            else if (quote && c == quote)
                quote = 0;
            else if (!quote && (c == '"' || c == '\''))
                quote = c;
            else if (!quote && c == ']')
                break;
        }
        return text_.substr(at_, std::min(i, text_.size()) - at_);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// The path up to `count` steps, as a person would write it.
std::string written(const Path& path, std::size_t count) {
    std::string out = path.root;
    for (std::size_t i = 0; i < count; ++i) {
        const auto* step_name = std::get_if<std::string>(&path.steps[i]);
        if (!step_name) {
            out += fmt::format("[{}]", std::get<std::size_t>(path.steps[i]));
        } else if (!step_name->empty() && std::ranges::all_of(*step_name, is_name_byte)) {
            out += "." + *step_name;
        } else {
            out += "[";
            append_json_string(out, *step_name);
            out += "]";
        }
    }
    return out;
}

std::string no_such_field(const JsonText& value, std::string_view name) {
    const auto names = value.member_names(names_compared_max);
    if (names.empty()) return fmt::format("has no field '{}': it is an empty object", name);
    if (const auto nearest = nearest_name(name, names))
        return fmt::format("has no field '{}'. Did you mean '{}'?", name, *nearest);
    const std::size_t listed = std::min(names.size(), names_listed_max);
    std::string list = fmt::format(
        "{}", fmt::join(names.begin(), names.begin() + static_cast<long>(listed), ", "));
    if (listed < names.size()) list += ", …";
    return fmt::format("has no field '{}'. Its fields are: {}", name, list);
}

// Why `value` has nothing at `step`.
std::string why_no_child(const JsonText& value, const JsonStep& step) {
    const auto* step_name = std::get_if<std::string>(&step);
    const std::string shown = step_name ? *step_name : std::to_string(std::get<std::size_t>(step));
    switch (value.kind()) {
        case JsonKind::object: return no_such_field(value, shown);
        case JsonKind::array: {
            if (step_name) return fmt::format("is an array and has no field '{}'", shown);
            const auto length = value.child(std::string("length"));
            return fmt::format("has {} elements: there is none at [{}]",
                               length ? length->view() : "fewer", shown);
        }
        case JsonKind::null:
        case JsonKind::boolean:
        case JsonKind::number:
        case JsonKind::string:
            return fmt::format(
                "is {} and has no field '{}'",
                value.is_null() ? "null" : "a " + std::string(to_string(value.kind())), shown);
    }
    return "has no such field";
}

std::unexpected<Error> missing(const Path& path, const std::string& why) {
    std::string message = fmt::format("{{{{{}}}}} is missing: {}", path.source, why);
    if (message.size() > limits::error_message_bytes) message.resize(limits::error_message_bytes);
    return fail(ErrorCode::not_found, std::move(message));
}

// Like find_child; a length is written to `count`, to which the answer then points.
std::optional<std::string_view> child_or_length(std::string_view json, const JsonStep& step,
                                                std::string& count) {
    const auto* name = std::get_if<std::string>(&step);
    if (json.front() == '{' || !name || *name != "length") return find_child(json, step);
    if (json.front() == '[') {
        count = std::to_string(element_count(json));
        return count;
    }
    const auto length = JsonText::trusted(std::string(first_value(json))).child(step);
    if (!length) return std::nullopt;
    count = length->view();
    return count;
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
    const std::string_view trimmed = trim(text);
    if (trimmed.size() > limits::expression_characters)
        return fail(ErrorCode::too_large, fmt::format("a placeholder has at most {} characters",
                                                      limits::expression_characters));
    return PathReader(trimmed).read();
}

Result<JsonText> read_path(const Path& path, const Scope& scope) {
    std::optional<JsonText> value = scope.root(path.root);
    if (!value && path.default_value) return *path.default_value;
    if (!value) return missing(path, scope.why_missing(path.root));
    if (path.steps.empty()) {
        if (path.default_value && value->is_null()) return *path.default_value;
        return std::move(*value);
    }

    std::string_view here = value->view();  // begins with the value, and may go on behind it
    std::string count;                      // the text of a length that was asked for
    for (std::size_t i = 0; i < path.steps.size(); ++i) {
        const auto child = child_or_length(here, path.steps[i], count);
        if (!child && path.default_value) return *path.default_value;
        if (!child) {
            const JsonText parent = JsonText::trusted(std::string(first_value(here)));
            return missing(path, written(path, i) + " " + why_no_child(parent, path.steps[i]));
        }
        here = *child;
    }
    if (path.default_value && here.starts_with('n')) return *path.default_value;
    return JsonText::trusted(std::string(first_value(here)));
}

}  // namespace swiftgrid::expr

#include "expr/template.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "expr/script.h"

namespace swiftgrid::expr {
namespace {

void append_pointer_step(std::string& pointer, std::string_view name) {
    pointer += '/';
    for (const char c : name) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Text that goes between the quotes of a JSON string.
void append_escaped(std::string& out, std::string_view text) {
    std::string quoted;
    append_json_string(quoted, text);
    out.append(quoted, 1, quoted.size() - 2);
}

// A string's own JSON text is already escaped; everything else becomes its JSON text.
void append_as_text(std::string& out, const JsonText& value) {
    const std::string_view json = value.view();
    if (value.kind() == JsonKind::string)
        out.append(json, 1, json.size() - 2);
    else
        append_escaped(out, json);
}

std::size_t depth_of(std::string_view json) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

}  // namespace

// Writes the tree's JSON text and cuts it wherever a hole stands.
class Template::Compiler {
public:
    Compiler(Template& result, std::vector<Problem>& problems)
        : result_(result), problems_(problems) {
        result_.pieces_.assign(1, std::string());
    }

    void value(const json::value& value, std::size_t depth) {
        if (depth > limits::json_depth) {
            problem(fmt::format("nested deeper than {} levels", limits::json_depth));
            text() += "null";
        } else if (const auto* object = value.if_object()) {
            members(*object, depth);
        } else if (const auto* array = value.if_array()) {
            elements(*array, depth);
        } else if (const auto* string = value.if_string()) {
            characters({string->data(), string->size()}, depth);
        } else {
            text() += to_json(value);
        }
    }

private:
    std::string& text() { return result_.pieces_.back(); }

    void members(const json::object& object, std::size_t depth) {
        text() += '{';
        bool first = true;
        for (const auto& member : object) {
            if (!first) text() += ',';
            first = false;
            append_json_string(text(), member.key());
            text() += ':';
            const std::size_t length = pointer_.size();
            append_pointer_step(pointer_, member.key());
            value(member.value(), depth + 1);
            pointer_.resize(length);
        }
        text() += '}';
    }

    void elements(const json::array& array, std::size_t depth) {
        text() += '[';
        for (std::size_t i = 0; i < array.size(); ++i) {
            if (i > 0) text() += ',';
            const std::size_t length = pointer_.size();
            append_pointer_step(pointer_, std::to_string(i));
            value(array[i], depth + 1);
            pointer_.resize(length);
        }
        text() += ']';
    }

    void characters(std::string_view source, std::size_t depth) {
        std::size_t open = source.find("{{");
        if (open == 0) {
            const auto end = find_hole_end(source, 2);
            if (end && *end + 2 == source.size()) {
                hole(source.substr(2, *end - 2), 0, false, depth);
                return;
            }
        }
        text() += '"';
        std::size_t copied = 0;
        for (; open != std::string_view::npos; open = source.find("{{", copied)) {
            append_escaped(text(), source.substr(copied, open - copied));
            const auto end = find_hole_end(source, open + 2);
            if (!end) {
                problem(end.error().message);
                copied = source.size();
                break;
            }
            hole(source.substr(open + 2, *end - open - 2), open, true, depth);
            copied = *end + 2;
        }
        append_escaped(text(), source.substr(copied));
        text() += '"';
    }

    void hole(std::string_view source, std::size_t offset, bool in_text, std::size_t depth) {
        Hole hole;
        hole.in_text = in_text;
        hole.pointer = pointer_;
        hole.offset = offset;
        if (is_blank(source)) return unusable("this placeholder is empty", in_text);
        auto path = parse_path(source);
        if (path) {
            hole.expression = std::move(*path);
        } else if (path.error().code == ErrorCode::bad_request) {
            hole.expression = Script{std::string(source), script_roots(source)};
            ++result_.script_count_;
        } else {
            return unusable(path.error().message, in_text);
        }
        result_.holes_.push_back(std::move(hole));
        result_.hole_depths_.push_back(depth);
        result_.pieces_.emplace_back();
    }

    // The template stays well-formed, though the caller will not use it.
    void unusable(std::string message, bool in_text) {
        problem(std::move(message));
        if (!in_text) text() += "null";
    }

    void problem(std::string message) {
        if (problems_.size() < limits::problems)
            problems_.push_back({pointer_, std::move(message)});
    }

    Template& result_;
    std::vector<Problem>& problems_;
    std::string pointer_;
};

Template Template::compile(const json::value& tree, std::vector<Problem>& problems) {
    Template result;
    Compiler(result, problems).value(tree, 0);
    SG_ASSERT(result.pieces_.size() == result.holes_.size() + 1, "pieces and holes alternate");
    return result;
}

std::vector<Script> Template::scripts() const {
    std::vector<Script> scripts;
    for (const Hole& hole : holes_) {
        if (const auto* script = std::get_if<Script>(&hole.expression)) scripts.push_back(*script);
    }
    return scripts;
}

Result<JsonText> Template::evaluate(const Scope& scope,
                                    std::span<const JsonText> script_values) const {
    SG_ASSERT(script_values.size() == script_count_, "one value for each script");
    std::string out = pieces_.front();
    std::size_t next_script = 0;
    for (std::size_t i = 0; i < holes_.size(); ++i) {
        const Hole& hole = holes_[i];
        const auto* path = std::get_if<Path>(&hole.expression);
        Result<JsonText> value =
            path ? read_path(*path, scope) : Result<JsonText>(script_values[next_script++]);
        if (!value) return value;
        if (holes_.size() == 1 && pieces_[0].empty() && pieces_[1].empty()) return value;
        if (!hole.in_text && hole_depths_[i] + depth_of(value->view()) > limits::json_depth)
            return fail(ErrorCode::too_large,
                        fmt::format("the value for {} is nested deeper than {} levels",
                                    hole.pointer, limits::json_depth));
        if (hole.in_text)
            append_as_text(out, *value);
        else
            out += value->view();
        out += pieces_[i + 1];
        if (out.size() > limits::node_result_bytes)
            return fail(ErrorCode::too_large,
                        fmt::format("the resolved input has more than {} bytes",
                                    limits::node_result_bytes));
    }
    return JsonText::trusted(std::move(out));
}

}  // namespace swiftgrid::expr

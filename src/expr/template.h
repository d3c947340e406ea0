#pragma once

// Templates: JSON values with `{{ }}` holes (engine.md section 2). A template is compiled once,
// when a plan is made, and evaluated for every attempt against the results of a run. Plain paths
// are evaluated here, natively and purely; holes with a longer JavaScript expression are only
// collected here: the caller has the sandbox evaluate them and passes the values back in.
// Inserted data is never scanned again: data is not code.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::expr {

// A reference such as `a.body.items[0].name ?? "none"`.
struct Path {
    std::string root;             // node id, or one of the roots of engine.md section 2
    std::vector<JsonStep> steps;  // `.0` and `[0]` are numbers
    std::optional<JsonText> default_value;
    std::string source;  // as written, for messages

    bool operator==(const Path&) const = default;
};

// A longer JavaScript expression; `roots` are the roots its text mentions, in order of appearance
// without repetition, so that only those need to be sent to the sandbox.
struct Script {
    std::string source;
    std::vector<std::string> roots;

    bool operator==(const Script&) const = default;
};

// One hole. `in_text` tells whether it stands inside other text (becomes text) or alone (keeps its
// JSON type).
struct Hole {
    std::variant<Path, Script> expression;
    bool in_text = false;
    std::string pointer;     // JSON pointer of the string it stands in, for problems
    std::size_t offset = 0;  // of `{{` within that string, in bytes

    bool operator==(const Hole&) const = default;
};

// Where values come from. Gives the value of a root, or nothing when the root has none (a node
// that was skipped, an unknown secret); `why_missing` then says why in half a sentence, such as
// "node 'b' was skipped".
class Scope {
public:
    virtual ~Scope() = default;
    virtual std::optional<JsonText> root(std::string_view name) const = 0;
    virtual std::string why_missing(std::string_view name) const = 0;
};

class Template {
public:
    // Compiles every string in `tree`. Reports all problems, each with the pointer of its string
    // (relative to `tree`): unclosed hole, empty hole, bad default, too long.
    struct Problem {
        std::string pointer;
        std::string message;
        bool operator==(const Problem&) const = default;
    };
    static Template compile(const json::value& tree, std::vector<Problem>& problems);

    // A template without holes has the same value for ever.
    bool is_constant() const { return holes_.empty(); }
    std::span<const Hole> holes() const { return holes_; }
    bool has_scripts() const { return script_count_ > 0; }

    // The scripts of all holes in order of the holes; `evaluate` wants as many values.
    std::vector<Script> scripts() const;

    // Requires one value for each script. A missing path is an error that names the path, the node
    // it was read from and the nearest existing name: never a silent null, never a literal `{{`.
    Result<JsonText> evaluate(const Scope& scope,
                              std::span<const JsonText> script_values = {}) const;

private:
    class Compiler;

    // The value is spliced from literal JSON text and holes, in turn: piece, hole, piece … piece.
    std::vector<std::string> pieces_{std::string("null")};
    std::vector<Hole> holes_;
    std::vector<std::size_t> hole_depths_;  // arrays and objects around each hole
    std::size_t script_count_ = 0;
};

// Reads one path as it stands between the braces. Fails with `bad_request` for anything that is not
// a plain path (it may be a script), with another code for a path that breaks a rule. A name may
// contain `-` (`http.headers.content-type`), so a subtraction needs spaces around it.
Result<Path> parse_path(std::string_view text);

// The value at a path, defaults and `.length` included; the error of Template::evaluate if missing.
Result<JsonText> read_path(const Path& path, const Scope& scope);

}  // namespace swiftgrid::expr

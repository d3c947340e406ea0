#include "nodes/script_check.h"

#include <algorithm>

#include "expr/script.h"
#include "expr/tokens.h"

namespace swiftgrid::nodes {
namespace {

// `{{name` at the beginning of an expression is no JavaScript that anybody writes.
bool mentions_placeholder(std::string_view source) {
    expr::Tokens tokens(source);
    expr::Token before;
    for (auto token = tokens.next();
         token.kind != expr::TokenKind::end && token.kind != expr::TokenKind::unclosed;
         token = tokens.next()) {
        const bool adjacent = token.offset == before.offset + 1;
        if (before.is("{") && token.is("{") && adjacent) {
            const std::size_t close = source.find("}}", token.offset);
            const std::size_t statement = source.find(';', token.offset);
            return close != std::string_view::npos && close < statement;
        }
        before = token;
    }
    return false;
}

}  // namespace

void check_script(const std::string& pointer, model::ScriptForm form, std::string_view source,
                  model::DataCheck& check) {
    check.script(pointer, form, source);
    const auto roots = expr::script_roots(source);
    if (std::ranges::find(roots, "$env") != roots.end())
        check.error(pointer, "secret_in_script", "scripts cannot read $env",
                    "Give the value to a field that takes placeholders, such as an HTTP header.");
    if (mentions_placeholder(source))
        check.warning(pointer, "placeholder_in_script", "placeholders are not replaced in a script",
                      "Use the plain name, without {{ and }}.");
}

}  // namespace swiftgrid::nodes

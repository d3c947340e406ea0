#include "control/n8n/expression.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "control/n8n/text_parts.h"
#include "expr/tokens.h"

namespace swiftgrid::control::n8n {
namespace {

using expr::Token;
using expr::TokenKind;

// n8n puts these on every value; JavaScript does not know them.
constexpr auto added_methods =
    std::to_array<std::string_view>({"isEmpty",      "isNotEmpty",    "toDateTime",
                                     "extractEmail", "extractUrl",    "pluck",
                                     "unique",       "removeTags",    "toTitleCase",
                                     "toSnakeCase",  "base64Encode",  "toFormat",
                                     "plus",         "minus",         "startOf",
                                     "diffTo",       "toNumber",      "randomItem",
                                     "chunk",        "extractDomain", "hash",
                                     "endOf",        "base64Decode",  "toSentenceCase",
                                     "toCamelCase",  "urlEncode",     "urlDecode",
                                     "toInt",        "toFloat",       "toBoolean",
                                     "toJsonString", "parseJson",     "sum",
                                     "average",      "compact",       "smartJoin",
                                     "renameKeys",   "removeField",   "removeDuplicates",
                                     "isEmail",      "isUrl",         "isNumeric",
                                     "diffToNow",    "setZone",       "toMillis",
                                     "inBetween",    "isBetween",     "removeMarkdown"});

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> simple_names{{
    {"$now", "new Date()"},
    {"$today", "new Date(new Date().toISOString().slice(0, 10))"},
    {"$itemIndex", "0"},
    {"$runIndex", "0"},
    {"$max", "Math.max"},
    {"$min", "Math.min"},
    {"$ifEmpty", "((value, other) => value || other)"},
    {"$if", "((condition, yes, no) => (condition ? yes : no))"},
}};

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

// The characters of a string literal without escapes; nothing for another.
std::optional<std::string> literal(const Token& token) {
    if (token.kind != TokenKind::string && token.kind != TokenKind::template_text)
        return std::nullopt;
    if (token.text.size() < 2 || token.text.find('\\') != std::string_view::npos)
        return std::nullopt;
    if (token.text.ends_with("${")) return std::nullopt;
    return std::string(token.text.substr(1, token.text.size() - 2));
}

class ScriptConverter {
public:
    ScriptConverter(std::string_view source, const Places& places)
        : source_(source), places_(places) {}

    Converted convert() {
        expr::Tokens tokens(source_);
        for (auto token = tokens.next(); token.kind != TokenKind::end; token = tokens.next()) {
            if (token.kind == TokenKind::unclosed) {
                result_.lost.push_back(
                    fmt::format("the expression '{}' cannot be read", quoted_part(source_)));
                result_.text = source_;
                return std::move(result_);
            }
            tokens_.push_back(token);
        }
        while (at_ < tokens_.size()) step();
        result_.text += source_.substr(copied_);
        return std::move(result_);
    }

private:
    const Token* token(std::size_t index) const {
        return index < tokens_.size() ? &tokens_[index] : nullptr;
    }
    bool is(std::size_t index, std::string_view text) const {
        return index < tokens_.size() && tokens_[index].text == text;
    }
    bool is_member() const {
        return at_ > 0 && (tokens_[at_ - 1].is(".") || tokens_[at_ - 1].is("?."));
    }

    void lose(std::string why) {
        if (std::ranges::find(result_.lost, why) == result_.lost.end())
            result_.lost.push_back(std::move(why));
    }

    // What was read up to the token `end` becomes `text`.
    void replace(std::size_t end, std::string_view text) {
        result_.text += source_.substr(copied_, tokens_[at_].offset - copied_);
        result_.text += text;
        copied_ = tokens_[end - 1].offset + tokens_[end - 1].text.size();
        at_ = end;
    }

    void step() {
        const Token& now = tokens_[at_];
        if (is_tight_minus()) return replace(at_ + 1, " - ");
        if (now.kind != TokenKind::identifier) return void(++at_);
        if (is_member()) {
            if (std::ranges::find(added_methods, now.text) != added_methods.end() &&
                is(at_ + 1, "("))
                lose(fmt::format("'.{}()' is n8n's own; JavaScript does not have it", now.text));
            return void(++at_);
        }
        if (now.text == "DateTime" || now.text == "Duration" || now.text == "Interval") {
            lose(fmt::format("'{}' is of a library that is not here; use Date or dates", now.text));
            return void(++at_);
        }
        // A member's name in an object literal.
        const bool is_name = at_ > 0 && is(at_ + 1, ":") && (is(at_ - 1, "{") || is(at_ - 1, ","));
        if (!now.text.starts_with('$') || is_name) return void(++at_);
        reference(now.text);
    }

    std::string spelled(const DataPlace& place) const {
        return places_.spelling ? places_.spelling(place) : place.in_template();
    }

    // The node of that name, for what ends at `end`: `.item` and `.json` are those of the item that
    // the current one was made of.
    std::optional<DataPlace> node_place(std::string_view name, std::size_t begin,
                                        std::size_t end) const {
        if (!places_.of_node) return std::nullopt;
        for (std::size_t i = begin; i < end; ++i)
            if (is(i, "first") || is(i, "last") || is(i, "all") || is(i, "["))
                return places_.of_node(name, ItemChoice::any);
        return places_.of_node(name, ItemChoice::own);
    }

    // In our paths a name may contain `-`, so that a subtraction needs its blanks.
    bool is_tight_minus() const {
        if (!is(at_, "-") || at_ == 0 || !token(at_ + 1) || is(at_ + 1, "-") || is(at_ - 1, "-"))
            return false;
        const TokenKind before = tokens_[at_ - 1].kind;
        return before == TokenKind::identifier || before == TokenKind::number || is(at_ - 1, ")") ||
               is(at_ - 1, "]");
    }

    void reference(std::string_view name) {
        if (name == "$json") return place(places_.input, at_ + 1, "the step before");
        if (name == "$input") return input();
        if (name == "$" || name == "$items") return called(name);
        if (name == "$node") return node();
        if (name == "$workflow") return workflow();
        if (name == "$execution") return execution();
        if (name == "$vars" || name == "$env") return environment();
        for (const auto& [old_name, text] : simple_names)
            if (name == old_name) return simple(text);
        lose(fmt::format("'{}' has no counterpart here", name));
        ++at_;
    }

    // `toISO` is n8n's, `toISOString` JavaScript's.
    void simple(std::string_view text) {
        if (is(at_ + 1, ".") && is(at_ + 2, "toISO"))
            return replace(at_ + 3, fmt::format("{}.toISOString", text));
        replace(at_ + 1, text);
    }

    // The end of `.item.json`, `.first().json`, `.all()[0].json` and `[0].json` from `at` on; 0
    // when it is another.
    std::size_t json_of_item(std::size_t at) const {
        if (is(at, ".") || is(at, "?.")) {
            if (is(at + 1, "item"))
                at += 2;
            else if ((is(at + 1, "first") || is(at + 1, "last") || is(at + 1, "all")) &&
                     is(at + 2, "(") && is(at + 3, ")"))
                at += 4;
        }
        if (is(at, "[") && is(at + 1, "0") && is(at + 2, "]")) at += 3;
        return (is(at, ".") || is(at, "?.")) && is(at + 1, "json") ? at + 2 : 0;
    }

    void input() {
        const std::size_t end = json_of_item(at_ + 1);
        if (end == 0) {
            lose("'$input' is n8n's list of items; only the data of one item is known here");
            return void(++at_);
        }
        place(places_.input, end, "the step before");
    }

    // $('Name').item.json, $items('Name')[0].json
    void called(std::string_view name) {
        const auto of =
            is(at_ + 1, "(") && is(at_ + 3, ")") ? literal(tokens_[at_ + 2]) : std::nullopt;
        const std::size_t end = of ? json_of_item(at_ + 4) : 0;
        if (end == 0) {
            lose(fmt::format("'{}(…)' is used in a way that has no counterpart here", name));
            return void(++at_);
        }
        place(node_place(*of, at_ + 4, end), end, fmt::format("the step '{}'", *of));
    }

    // $node["Name"].json, $node.Name.json
    void node() {
        std::optional<std::string> of;
        std::size_t end = 0;
        if (is(at_ + 1, "[") && token(at_ + 2) && is(at_ + 3, "]")) {
            of = literal(tokens_[at_ + 2]);
            end = at_ + 4;
        } else if (is(at_ + 1, ".") && token(at_ + 2)) {
            of = std::string(tokens_[at_ + 2].text);
            end = at_ + 3;
        }
        const bool is_data = of && is(end, ".") && (is(end + 1, "json") || is(end + 1, "data"));
        if (!is_data) {
            lose("'$node' is used in a way that has no counterpart here");
            return void(++at_);
        }
        place(node_place(*of, end, end + 2), end + 2, fmt::format("the step '{}'", *of));
    }

    // The name is a text like any other here.
    void workflow() {
        if (is(at_ + 1, ".") && is(at_ + 2, "name"))
            return replace(at_ + 3, in_quotes(places_.workflow_name));
        if (is(at_ + 1, ".") && is(at_ + 2, "id"))
            return replace(at_ + 3, spelled({"$flow", ".id", {}}));
        lose("of '$workflow' only the id and the name are known here");
        ++at_;
    }

    void execution() {
        if (is(at_ + 1, ".") && is(at_ + 2, "resumeUrl") && !places_.resume_url.empty())
            return replace(at_ + 3, spelled({"$run", places_.resume_url, {}}));
        if (is(at_ + 1, ".") && is(at_ + 2, "id"))
            return replace(at_ + 3, spelled({"$run", ".id", {}}));
        lose("of '$execution' only the id is known here");
        ++at_;
    }

    // Secrets and variables stand alone, so that no script sees them.
    void environment() {
        const bool is_alone = at_ == 0 && tokens_.size() == 3 && is(1, ".") &&
                              tokens_[2].kind == TokenKind::identifier && places_.knows_secrets;
        if (!is_alone)
            lose(fmt::format("'{}' may only stand alone here, as {{{{$env.NAME}}}}",
                             tokens_[at_].text));
        replace(at_ + 1, "$env");
    }

    void place(const std::optional<DataPlace>& found, std::size_t end, const std::string& what) {
        if (!found) {
            lose(fmt::format("{} has no data here", what));
            return void(++at_);
        }
        std::string text = spelled(*found);
        for (const auto& [from, to] : found->renamed) {
            const std::size_t after = end_of_path(end, from);
            if (after == 0) continue;
            end = after;
            if (!to.empty()) text += "." + to;
            break;
        }
        replace(end, text);
    }

    // Where the steps of `path` end that follow from `at` on, 0 when others do.
    std::size_t end_of_path(std::size_t at, std::string_view path) const {
        while (!path.empty()) {
            const auto dot = std::min(path.find('.'), path.size());
            if (!(is(at, ".") || is(at, "?.")) || !is(at + 1, path.substr(0, dot))) return 0;
            at += 2;
            path.remove_prefix(std::min(dot + 1, path.size()));
        }
        return at;
    }

    std::string_view source_;
    const Places& places_;
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    std::size_t copied_ = 0;  // of the source
    Converted result_;
};

}  // namespace

std::string DataPlace::in_code() const {
    if (root.starts_with('$')) return root + (member.empty() ? "" : "?" + member);
    return "nodes." + root + (member.empty() ? "" : "?" + member);
}

Converted convert_script(std::string_view source, const Places& places) {
    return ScriptConverter(source, places).convert();
}

}  // namespace swiftgrid::control::n8n

// Parameters of n8n as templates and operands: the pieces of a text around its expressions.

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "control/n8n/expression.h"
#include "control/n8n/text_parts.h"
#include "expr/script.h"
#include "expr/template.h"

namespace swiftgrid::control::n8n {
namespace {

// A piece of a text with expressions: plain, or the source of one.
struct Piece {
    bool is_script = false;
    std::string_view text;
};

std::vector<Piece> pieces_of(std::string_view text, std::vector<std::string>& lost) {
    std::vector<Piece> pieces;
    while (!text.empty()) {
        const std::size_t open = text.find("{{");
        if (open == std::string_view::npos) break;
        const auto close = expr::find_hole_end(text, open + 2);
        if (!close) {
            lost.push_back(fmt::format("the expression '{}' cannot be read", quoted_part(text)));
            break;
        }
        if (open > 0) pieces.push_back({false, text.substr(0, open)});
        pieces.push_back({true, text.substr(open + 2, *close - open - 2)});
        text.remove_prefix(*close + 2);
    }
    if (!text.empty()) pieces.push_back({false, text});
    return pieces;
}

std::string script_of(const Piece& piece, const Places& places, std::vector<std::string>& lost) {
    Converted script = convert_script(without_blanks(piece.text), places);
    std::ranges::move(script.lost, std::back_inserter(lost));
    return std::move(script.text);
}

std::string in_braces(const std::string& script) {
    return expr::parse_path(script) ? "{{" + script + "}}" : "{{ " + script + " }}";
}

// Our own sign for a hole must not become one.
void append_plain(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        if (text.substr(at, 2) == "{{") {
            out += R"({{ "{{" }})";
            at += 2;
        } else {
            out += text[at++];
        }
    }
}

// JSON that is written as text, with holes where values go. Each hole is a mark while the rest is
// read, so that what people wrote decides about the form and never what a value says.
class JsonTextReader {
public:
    JsonTextReader(const Places& places, std::vector<std::string>& lost)
        : places_(places), lost_(lost) {}

    std::optional<json::value> read(std::string_view text) {
        if (has_marks(text)) return std::nullopt;
        std::string marked;
        if (text.starts_with('='))
            mark(text.substr(1), marked);
        else
            marked = text;
        auto value = parse_json(marked);
        if (!value ||
            JsonText::from(*value).is_deeper_than(limits::json_depth - limits::import_depth_around))
            return std::nullopt;
        if (!fill(*value)) return std::nullopt;
        return *std::move(value);
    }

private:
    // From the part of Unicode that stands for nothing: begin and end of a number.
    static constexpr std::string_view begin_mark = "\uE000";
    static constexpr std::string_view end_mark = "\uE001";

    static bool has_marks(std::string_view text) {
        return text.contains(begin_mark) || text.contains("\\ue000") || text.contains("\\uE000");
    }

    void mark(std::string_view text, std::string& out) {
        bool is_in_quotes = false;
        for (const Piece& piece : pieces_of(text, lost_)) {
            if (!piece.is_script) {
                is_in_quotes = is_in_quotes_behind(piece.text, is_in_quotes);
                out += piece.text;
                continue;
            }
            std::string script = script_of(piece, places_, lost_);
            // Outside of quotes its text is JSON: a value, not the text of one.
            if (!is_in_quotes && script.starts_with("JSON.stringify("))
                script = "JSON.parse(" + script + ")";
            const std::string mark = fmt::format("{}{}{}", begin_mark, holes_.size(), end_mark);
            const std::string_view quote = is_in_quotes ? "" : "\"";
            out.append(quote).append(mark).append(quote);
            holes_.push_back(in_braces(script));
        }
    }

    static bool is_in_quotes_behind(std::string_view text, bool is_in_quotes) {
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (is_in_quotes && text[at] == '\\')
                ++at;
            else if (text[at] == '"')
                is_in_quotes = !is_in_quotes;
        }
        return is_in_quotes;
    }

    // The holes in the places of their marks; false where no hole can be: in a name.
    bool fill(json::value& value) {
        if (auto* text = value.if_string()) {
            *text = filled(*text);
        } else if (auto* array = value.if_array()) {
            for (json::value& item : *array)
                if (!fill(item)) return false;
        } else if (auto* object = value.if_object()) {
            for (auto& member : *object)
                if (std::string_view(member.key()).contains(begin_mark) || !fill(member.value()))
                    return false;
        }
        return true;
    }

    std::string filled(std::string_view text) const {
        std::string out;
        while (!text.empty()) {
            const std::size_t begin = std::min(text.find(begin_mark), text.size());
            append_plain(out, text.substr(0, begin));
            text.remove_prefix(begin);
            if (text.empty()) break;
            const std::size_t end = text.find(end_mark);
            out += holes_[std::stoul(std::string(text.substr(begin_mark.size(), end)))];
            text.remove_prefix(end + end_mark.size());
        }
        return out;
    }

    const Places& places_;
    std::vector<std::string>& lost_;
    std::vector<std::string> holes_;
};

}  // namespace

Converted convert_text(std::string_view text, const Places& places) {
    Converted out;
    if (!text.starts_with('=')) {
        append_plain(out.text, text);
        return out;
    }
    for (const Piece& piece : pieces_of(text.substr(1), out.lost)) {
        if (piece.is_script)
            out.text += in_braces(script_of(piece, places, out.lost));
        else
            append_plain(out.text, piece.text);
    }
    return out;
}

Converted convert_operand(const json::value& value, const Places& places) {
    if (!value.is_string() || !value.get_string().starts_with('=')) return {to_json(value), {}};
    Converted out;
    const auto pieces = pieces_of(std::string_view(value.get_string()).substr(1), out.lost);
    for (const Piece& piece : pieces) {
        if (!out.text.empty()) out.text += " + ";
        if (!piece.is_script) {
            out.text += JsonText::string(piece.text).view();
            continue;
        }
        const std::string script = script_of(piece, places, out.lost);
        out.text += expr::parse_path(script) ? script : "(" + script + ")";
    }
    if (pieces.empty()) out.text = "\"\"";
    if (pieces.size() > 1) out.text = "(" + out.text + ")";
    return out;
}

json::value convert_value(const json::value& value, const Places& places,
                          std::vector<std::string>& lost) {
    if (const auto* text = value.if_string()) {
        Converted converted = convert_text(*text, places);
        std::ranges::move(converted.lost, std::back_inserter(lost));
        return json::value(converted.text);
    }
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const json::value& item : *array) out.push_back(convert_value(item, places, lost));
        return out;
    }
    if (const auto* object = value.if_object()) {
        json::object out;
        for (const auto& member : *object)
            out[member.key()] = convert_value(member.value(), places, lost);
        return out;
    }
    return value;
}

std::optional<json::value> convert_json_text(std::string_view text, const Places& places,
                                             std::vector<std::string>& lost) {
    std::vector<std::string> lost_here;
    auto value = JsonTextReader(places, lost_here).read(text);
    if (value) std::ranges::move(lost_here, std::back_inserter(lost));
    return value;
}

}  // namespace swiftgrid::control::n8n

// Requests: what the server asks of a worker.

#include <algorithm>
#include <array>

#include "base/overloaded.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {
namespace {

// Words that cannot be the name of a parameter of a strict async function.
constexpr std::array<std::string_view, 50> reserved_words = {
    "arguments", "await",      "break",   "case",    "catch",      "class",     "const",
    "continue",  "debugger",   "default", "delete",  "do",         "else",      "enum",
    "eval",      "export",     "extends", "false",   "finally",    "for",       "function",
    "if",        "implements", "import",  "in",      "instanceof", "interface", "let",
    "new",       "null",       "package", "private", "protected",  "public",    "return",
    "static",    "super",      "switch",  "this",    "throw",      "true",      "try",
    "typeof",    "undefined",  "var",     "void",    "while",      "with",      "yield",
    "NaN"};

bool is_identifier_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$';
}

bool mentioned(const std::vector<std::string>& sources, std::string_view name) {
    return std::ranges::any_of(
        sources, [&](const std::string& source) { return may_mention(source, name); });
}

// The bindings that go into the frame: nameable, mentioned, each name once.
std::vector<const Binding*> used_bindings(const std::vector<std::string>& sources,
                                          const std::vector<Binding>& bindings) {
    std::vector<const Binding*> used;
    for (const Binding& binding : bindings) {
        if (!is_bindable_name(binding.name) || !mentioned(sources, binding.name)) continue;
        const bool twice = std::ranges::any_of(
            used, [&](const Binding* other) { return other->name == binding.name; });
        if (!twice) used.push_back(&binding);
    }
    return used;
}

std::size_t frame_bytes(const std::vector<std::string>& sources,
                        const std::vector<const Binding*>& used) {
    std::size_t bytes = 64;
    for (const std::string& source : sources) bytes += source.size() + 8;
    for (const Binding* binding : used) {
        bytes += binding->name.size() + binding->value.size_bytes() + 16;
    }
    return bytes;
}

struct FrameParts {
    WorkKind kind;
    const std::vector<std::string>& sources;
    std::string_view input;
    const std::vector<Binding>& bindings;
};

Result<void> append_frame(std::string& out, std::uint64_t sequence, std::int64_t time_ms,
                          const FrameParts& parts) {
    const std::vector<const Binding*> used = used_bindings(parts.sources, parts.bindings);
    const std::size_t bytes = frame_bytes(parts.sources, used) + parts.input.size();
    if (bytes > request_bytes_max) {
        return fail(ErrorCode::too_large, "the script's inputs are larger than " +
                                              std::to_string(request_bytes_max) + " bytes");
    }
    WireWriter writer(out);
    const std::size_t begin = writer.begin_frame();
    writer.number(sequence);
    writer.number(static_cast<std::uint32_t>(time_ms));
    writer.number(static_cast<std::uint8_t>(parts.kind));
    writer.number(static_cast<std::uint32_t>(parts.sources.size()));
    for (const std::string& source : parts.sources) writer.text_with_zero(source);
    writer.text_with_zero(parts.input);
    writer.number(static_cast<std::uint32_t>(used.size()));
    for (const Binding* binding : used) {
        writer.text(binding->name);
        writer.text_with_zero(binding->value.view());
    }
    writer.end_frame(begin);
    return {};
}

}  // namespace

bool may_mention(std::string_view source, std::string_view name) {
    return source.find(name) != std::string_view::npos ||
           source.find("\\u") != std::string_view::npos;
}

bool is_bindable_name(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    return std::ranges::all_of(name, is_identifier_character) &&
           std::ranges::find(reserved_words, name) == reserved_words.end();
}

Result<void> append_request(std::string& out, std::uint64_t sequence, const Call& call) {
    return std::visit(
        Overloaded{
            [&](const Expressions& work) {
                const WorkKind kind =
                    work.stop_at_first_true ? WorkKind::stop_at_first_true : WorkKind::expressions;
                return append_frame(out, sequence, call.time_ms,
                                    {kind, work.sources, {}, work.bindings});
            },
            [&](const Code& work) {
                const std::vector<std::string> sources{work.source};
                const bool input_used =
                    may_mention(work.source, "INPUT") || may_mention(work.source, "input");
                return append_frame(
                    out, sequence, call.time_ms,
                    {WorkKind::code, sources, input_used ? work.input.view() : std::string_view{},
                     work.bindings});
            },
            [&](const Syntax& work) {
                const WorkKind kind =
                    work.is_code ? WorkKind::syntax_of_code : WorkKind::syntax_of_expressions;
                return append_frame(out, sequence, call.time_ms, {kind, work.sources, {}, {}});
            },
        },
        call.work);
}

std::optional<Request> read_request(std::string_view frame) {
    WireReader reader(frame);
    Request request;
    request.sequence = reader.number<std::uint64_t>();
    request.time_ms = reader.number<std::uint32_t>();
    request.kind = static_cast<WorkKind>(reader.number<std::uint8_t>());
    const auto source_count = reader.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < source_count && reader.ok(); ++i) {
        request.sources.push_back(reader.text_with_zero());
    }
    request.input = reader.text_with_zero();
    const auto binding_count = reader.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < binding_count && reader.ok(); ++i) {
        const std::string_view name = reader.text();
        request.bindings.push_back({name, reader.text_with_zero()});
    }
    if (!reader.at_end()) return std::nullopt;
    return request;
}

}  // namespace swiftgrid::sandbox

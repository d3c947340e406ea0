// Replies: what a worker answers, and how the server makes sure of it.

#include "sandbox/utf8.h"
#include "sandbox/wire.h"

namespace swiftgrid::sandbox {
namespace {

enum class OutcomeKind : std::uint8_t { error = 1, expressions = 2, code = 3 };

constexpr std::uint8_t retires_flag = 1;
constexpr std::uint8_t skipped_flag = 2;
constexpr std::uint8_t interim_flag = 4;

std::uint8_t flags_of(const RawReply& reply) {
    return static_cast<std::uint8_t>((reply.retires ? retires_flag : 0) |
                                     (reply.skipped ? skipped_flag : 0) |
                                     (reply.interim ? interim_flag : 0));
}

void write_error(WireWriter& writer, const ScriptError& error) {
    writer.text(error.code);
    writer.text(error.message);
    writer.number(error.line);
    writer.number(error.column);
}

ScriptError read_error(WireReader& reader) {
    ScriptError error;
    error.code = reader.text();
    error.message = reader.text();
    error.line = reader.number<std::uint32_t>();
    error.column = reader.number<std::uint32_t>();
    return error;
}

void write_result(WireWriter& writer, const RawResult& result) {
    writer.number(static_cast<std::uint8_t>(result.is_error));
    if (result.is_error) {
        write_error(writer, result.error);
        return;
    }
    writer.number(static_cast<std::uint8_t>(result.truthy));
    writer.text(result.json);
}

RawResult read_result(WireReader& reader) {
    RawResult result;
    result.is_error = reader.number<std::uint8_t>() != 0;
    if (result.is_error) {
        result.error = read_error(reader);
        return result;
    }
    result.truthy = reader.number<std::uint8_t>() != 0;
    result.json = reader.text();
    return result;
}

// A text as long as it may be was cut, and says so.
std::string shortened(std::string_view text, std::size_t bytes_max) {
    constexpr std::string_view mark = "…";
    if (text.size() + mark.size() <= bytes_max) return valid_utf8(text, bytes_max);
    return valid_utf8(text, bytes_max - mark.size()) + std::string(mark);
}

ScriptError checked_error(ScriptError error) {
    static constexpr std::string_view known[] = {
        "script_error", "script_timeout",          "script_memory",
        "script_stack", "script_result_too_large", "script_result_invalid"};
    bool is_known = false;
    for (std::string_view code : known) is_known = is_known || error.code == code;
    if (!is_known) error.code = "script_crashed";
    error.message = shortened(error.message, limits::error_message_bytes);
    return error;
}

// The worker is not believed: the bytes are parsed again on this side.
std::variant<JsonText, ScriptError> checked_json(const RawResult& result) {
    if (result.is_error) return checked_error(result.error);
    if (result.json.size() > limits::node_result_bytes) {
        return ScriptError{
            "script_result_too_large",
            "the result is larger than " + std::to_string(limits::node_result_bytes) + " bytes"};
    }
    auto json = JsonText::parse(result.json);
    if (!json) {
        return ScriptError{"script_result_invalid",
                           "the result cannot be used as JSON: " + json.error().message};
    }
    return *std::move(json);
}

ExpressionResult checked_expression(const RawResult& result) {
    auto checked = checked_json(result);
    if (auto* error = std::get_if<ScriptError>(&checked)) return {std::move(*error)};
    return {ExpressionValue{std::move(std::get<JsonText>(checked)), result.truthy}};
}

}  // namespace

void append_reply(std::string& out, const RawReply& reply) {
    WireWriter writer(out);
    const std::size_t begin = writer.begin_frame();
    writer.number(reply.sequence);
    writer.number(reply.duration_us);
    writer.number(flags_of(reply));
    writer.number(static_cast<std::uint32_t>(reply.logs.size()));
    for (const LogLine& line : reply.logs) {
        writer.number(static_cast<std::uint8_t>(line.level));
        writer.text(line.text);
    }
    if (reply.interim) {
        writer.end_frame(begin);
        return;
    }
    if (reply.error) {
        writer.number(OutcomeKind::error);
        write_error(writer, *reply.error);
    } else {
        writer.number(reply.is_code ? OutcomeKind::code : OutcomeKind::expressions);
        writer.number(static_cast<std::uint32_t>(reply.results.size()));
        for (const RawResult& result : reply.results) write_result(writer, result);
    }
    writer.end_frame(begin);
}

std::optional<RawReply> read_reply(std::string_view frame) {
    WireReader reader(frame);
    RawReply reply;
    reply.sequence = reader.number<std::uint64_t>();
    reply.duration_us = reader.number<std::uint64_t>();
    const auto flags = reader.number<std::uint8_t>();
    reply.retires = (flags & retires_flag) != 0;
    reply.skipped = (flags & skipped_flag) != 0;
    reply.interim = (flags & interim_flag) != 0;
    const auto log_count = reader.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < log_count && reader.ok(); ++i) {
        const auto level = reader.number<std::uint8_t>();
        const bool known = level <= static_cast<std::uint8_t>(LogLevel::debug);
        reply.logs.push_back(
            {known ? static_cast<LogLevel>(level) : LogLevel::log, std::string(reader.text())});
    }
    if (reply.interim) return reader.at_end() ? std::optional(std::move(reply)) : std::nullopt;
    const auto kind = reader.number<OutcomeKind>();
    if (kind == OutcomeKind::error) {
        reply.error = read_error(reader);
    } else {
        reply.is_code = kind == OutcomeKind::code;
        const auto count = reader.number<std::uint32_t>();
        for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
            reply.results.push_back(read_result(reader));
        }
        if (reply.is_code && reply.results.size() != 1) return std::nullopt;
    }
    if (!reader.at_end()) return std::nullopt;
    return reply;
}

std::vector<LogLine> checked_logs(std::vector<LogLine> logs) {
    if (logs.size() > limits::log_lines_per_node) logs.resize(limits::log_lines_per_node);
    for (LogLine& line : logs) line.text = shortened(line.text, limits::log_bytes_per_node);
    return logs;
}

Reply checked_reply(RawReply raw, std::uint64_t id) {
    Reply reply;
    reply.id = id;
    reply.duration_us = static_cast<std::int64_t>(raw.duration_us);
    reply.logs = checked_logs(std::move(raw.logs));
    if (raw.error) {
        reply.outcome = checked_error(*std::move(raw.error));
        return reply;
    }
    if (raw.is_code) {
        auto checked = checked_json(raw.results.front());
        if (auto* error = std::get_if<ScriptError>(&checked)) {
            reply.outcome = std::move(*error);
        } else {
            reply.outcome = CodeResult{std::move(std::get<JsonText>(checked))};
        }
        return reply;
    }
    std::vector<ExpressionResult> results;
    results.reserve(raw.results.size());
    for (const RawResult& result : raw.results) results.push_back(checked_expression(result));
    reply.outcome = std::move(results);
    return reply;
}

}  // namespace swiftgrid::sandbox

// Hostile bytes as a worker's answer: refused, or a reply whose every part is within its bounds.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "sandbox/utf8.h"
#include "sandbox/wire.h"

using namespace swiftgrid;
using namespace swiftgrid::sandbox;

namespace {

bool is_valid_utf8(std::string_view text) { return valid_utf8(text, 3 * text.size()) == text; }

void check_error(const ScriptError& error) {
    SG_ASSERT(error.code.starts_with("script_"), "codes are those of the contract");
    SG_ASSERT(error.message.size() <= limits::error_message_bytes, "messages are bounded");
    SG_ASSERT(is_valid_utf8(error.message), "messages are text");
}

void check_value(const JsonText& value) {
    SG_ASSERT(JsonText::parse(value.view()).has_value(), "values are JSON");
}

void check_outcome(const Reply& reply) {
    if (const auto* error = std::get_if<ScriptError>(&reply.outcome)) check_error(*error);
    if (const auto* code = std::get_if<CodeResult>(&reply.outcome)) check_value(code->value);
    const auto* results = std::get_if<std::vector<ExpressionResult>>(&reply.outcome);
    if (!results) return;
    for (const ExpressionResult& result : *results) {
        if (const auto* error = std::get_if<ScriptError>(&result.outcome)) check_error(*error);
        if (const auto* value = std::get_if<ExpressionValue>(&result.outcome))
            check_value(value->value);
    }
}

void check_round_trip(const RawReply& reply) {
    if (reply.interim || reply.skipped) return;
    std::string bytes;
    append_reply(bytes, reply);
    const auto frame = next_frame(bytes, reply_bytes_max);
    SG_ASSERT(frame && *frame, "a frame that we write is whole");
    const auto again = read_reply(**frame);
    SG_ASSERT(again && again->results.size() == reply.results.size() &&
                  again->logs.size() == reply.logs.size(),
              "what we write, we read back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)next_frame(bytes, reply_bytes_max);
    std::string json(bytes);
    replace_lone_surrogate_escapes(json);
    SG_ASSERT(json.size() <= bytes.size(), "escapes only become shorter");

    auto raw = read_reply(bytes);
    if (!raw) return 0;
    check_round_trip(*raw);
    const Reply reply = checked_reply(*std::move(raw), 1);
    SG_ASSERT(reply.logs.size() <= limits::log_lines_per_node, "log lines are bounded");
    for (const LogLine& line : reply.logs) SG_ASSERT(is_valid_utf8(line.text), "logs are text");
    check_outcome(reply);
    return 0;
}

#pragma once

// The bytes between the server and a worker. Both are the same binary on the same machine, so the
// format is as plain as can be: fixed-size integers in host order and texts with a length. Every
// read is checked against the end, because a worker that was taken over may send anything.
//
//   request  u32 size | u64 sequence | u32 time_ms | u8 kind | kind's fields
//   reply    u32 size | u64 sequence | u64 duration_us | u8 flags | logs | u8 kind | kind's fields
//
// A reply with the flag `interim` ends after its logs: the call goes on, and more follows.
// `size` counts the bytes after itself. Texts in requests are followed by a zero byte, which the
// engine's parsers need.

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "sandbox/script_call.h"

namespace swiftgrid::sandbox {

// Inputs and results of up to limits::node_result_bytes each must pass.
constexpr std::size_t request_bytes_max = 4 * limits::node_result_bytes;
constexpr std::size_t reply_bytes_max =
    limits::node_result_bytes + 2 * limits::log_bytes_per_node + 64 * 1024;
// A buffer that grew for one large message is given back.
constexpr std::size_t kept_buffer_bytes = 1024 * 1024;
constexpr std::size_t frame_head_bytes = sizeof(std::uint32_t);

// Appends to a buffer that it does not own.
class WireWriter {
public:
    explicit WireWriter(std::string& out) : out_(out) {}

    template <typename Integer>
    void number(Integer value) {
        char bytes[sizeof value];
        std::memcpy(bytes, &value, sizeof value);
        out_.append(bytes, sizeof value);
    }
    void text(std::string_view text);
    void text_with_zero(std::string_view text);

    // begin_frame() leaves room for the size that end_frame() fills in.
    std::size_t begin_frame();
    void end_frame(std::size_t begin);

private:
    std::string& out_;
};

// Reads what WireWriter wrote. After the first read beyond the end ok() is false and every further
// read gives zero or nothing.
class WireReader {
public:
    explicit WireReader(std::string_view bytes) : rest_(bytes) {}

    template <typename Integer>
    Integer number() {
        Integer value{};
        if (rest_.size() < sizeof value) {
            ok_ = false;
            return Integer{};
        }
        std::memcpy(&value, rest_.data(), sizeof value);
        rest_.remove_prefix(sizeof value);
        return value;
    }
    std::string_view text();
    std::string_view text_with_zero();
    bool ok() const { return ok_; }
    bool at_end() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

// The first whole frame of `buffer` without its size; nothing when more bytes are needed. A size
// above `bytes_max` is an error: what follows cannot be trusted.
Result<std::optional<std::string_view>> next_frame(std::string_view buffer, std::size_t bytes_max);

// What a worker reads from a frame; the views are into the frame.
struct NamedText {
    std::string_view name;
    std::string_view json;
};

enum class WorkKind : std::uint8_t {
    expressions = 1,
    stop_at_first_true = 2,
    code = 3,
    syntax_of_expressions = 4,
    syntax_of_code = 5,
};

struct Request {
    std::uint64_t sequence = 0;
    std::int64_t time_ms = 0;
    WorkKind kind = WorkKind::expressions;
    std::vector<std::string_view> sources;  // one for code
    std::string_view input;                 // code only; empty when the script does not mention it
    std::vector<NamedText> bindings;
};

// Leaves out bindings that no source mentions. Fails when the frame would be over
// request_bytes_max.
Result<void> append_request(std::string& out, std::uint64_t sequence, const Call& call);
std::optional<Request> read_request(std::string_view frame);

// True when `name` may occur in the source as an identifier (also when written with escapes).
bool may_mention(std::string_view source, std::string_view name);
bool is_bindable_name(std::string_view name);

// A reply as the worker has it, before the server has looked at it.
struct RawResult {
    bool is_error = false;
    std::string json;  // of a value
    bool truthy = false;
    ScriptError error;
};

struct RawReply {
    std::uint64_t sequence = 0;
    std::uint64_t duration_us = 0;
    bool retires = false;  // the worker ends after this reply
    bool skipped = false;  // the call was withdrawn before it began; nothing else is filled in
    bool interim = false;  // the call still runs; only logs are filled in
    bool is_code = false;
    std::optional<ScriptError> error;  // of the whole call
    std::vector<RawResult> results;    // exactly one for code
    std::vector<LogLine> logs;
};

void append_reply(std::string& out, const RawReply& reply);
std::optional<RawReply> read_reply(std::string_view frame);

// Validates JSON and UTF-8 and cuts what is over a limit.
std::vector<LogLine> checked_logs(std::vector<LogLine> logs);
Reply checked_reply(RawReply raw, std::uint64_t id);

}  // namespace swiftgrid::sandbox

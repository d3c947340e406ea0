// Hostile bytes as the stream of a model's server: read the same whole as in two parts, and a
// schema of anybody's is examined before it is used.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "net/event_stream_reader.h"
#include "nodes/llm_chat/answer_reader.h"
#include "nodes/llm_chat/answer_schema.h"
#include "nodes/llm_chat/json_answer.h"

using namespace swiftgrid;

namespace {

nodes::llm_chat::Answer read(std::string_view first, std::string_view second) {
    net::EventStreamReader events(1'000'000);
    nodes::llm_chat::AnswerReader reader;
    nodes::llm_chat::Added added;
    const auto on_event = [&](const net::StreamEvent& event) {
        reader.read_event(event.data, added);
    };
    events.feed(first, on_event);
    events.feed(second, on_event);
    events.finish(on_event);
    const auto rest = reader.finish();
    SG_ASSERT(added.content + rest.content == reader.answer().content, "all is shown once");
    return reader.answer();
}

void check_schema(std::string_view bytes) {
    const auto document = parse_json(bytes);
    if (!document || !document->is_object()) return;
    const json::object& schema = document->get_object();
    for (const auto& note : nodes::llm_chat::examine_schema(schema))
        if (note.is_error) return;
    (void)nodes::llm_chat::misfit(schema, *document);
    (void)nodes::llm_chat::is_strict(schema);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = size > 0 ? data[0] % size : 0;
    const auto whole = read(bytes, "");
    const auto parts = read(bytes.substr(0, cut), bytes.substr(cut));
    SG_ASSERT(whole.content == parts.content && whole.reasoning == parts.reasoning,
              "a border of a piece changes nothing");
    SG_ASSERT(whole.tool_calls == parts.tool_calls && whole.usage == parts.usage,
              "a border of a piece changes nothing");
    nodes::llm_chat::AnswerReader().read_body(bytes);
    (void)nodes::llm_chat::read_json_answer(bytes, std::nullopt);
    check_schema(bytes);
    return 0;
}

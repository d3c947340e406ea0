#pragma once

// One call of a workflow as a tool, from its arguments to its answer: starts a run, waits for its
// end, says meanwhile how far it is, and cancels it when nobody waits any more.

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "api/api_parts.h"
#include "api/mcp/message.h"
#include "api/mcp/open_calls.h"
#include "api/mcp/progress_feed.h"
#include "api/mcp/tool_result.h"
#include "api/responder.h"
#include "api/timer.h"
#include "store/tools.h"

namespace swiftgrid::api {

// Of the call of a client: what a message that takes it back names.
std::string open_call_key(const Request& request, const json::value& id);

class FlowCall final : public OpenCall, public std::enable_shared_from_this<FlowCall> {
public:
    struct Order {
        McpRequest message;
        store::OfferedTool tool;
        json::object arguments;
        std::optional<control::KeyOfRequest> key;
    };
    // `parts` and `timer` outlive it.
    FlowCall(Responder respond, Order order, ApiParts& parts, Timer& timer,
             std::shared_ptr<OpenCalls> calls);
    ~FlowCall() override { leave(); }

    FlowCall(const FlowCall&) = delete;
    FlowCall& operator=(const FlowCall&) = delete;

    // Requires a caller who may start runs. Called once.
    void begin();
    void give_up() override;

private:
    const Request& request() const { return respond_.request(); }
    Response response(const ToolResult& result) const;
    void start(JsonText input);
    void started(const control::Answer<control::Started>& started,
                 const std::function<void()>& wait);
    void answer_repeat(RunId run);
    bool open_stream(RunId run);
    void on_stream_closed();
    void answer(Response response);
    void stop_feed();
    void leave();
    void cancel(RunId run);

    const Responder respond_;
    const Order order_;
    const std::optional<json::object> output_schema_;
    ApiParts& parts_;
    Timer& timer_;
    const std::shared_ptr<OpenCalls> calls_;  // owners: the endpoint and its calls

    std::mutex mutex_;
    std::optional<OpenCalls::Id> place_;
    std::optional<RunId> run_;
    std::optional<EventStreamWriter> writer_;  // when the answer is a stream
    std::shared_ptr<ProgressFeed> feed_;       // owners: the hub and this
    bool is_answered_ = false;
    bool is_given_up_ = false;
};

}  // namespace swiftgrid::api

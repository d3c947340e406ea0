#include "engine/event_decode.h"

namespace swiftgrid::engine {
namespace {

FlowCall read_call(Members& members) {
    FlowCall call;
    call.flow = members.require_text("flowId");
    call.version = members.require("version");
    call.secrets = members.names("secrets").value_or(SecretNames());
    call.deadline = members.instant("deadline");
    call.budget = members.require_count("budget");
    call.allowance = members.allowance();
    return call;
}

RunId require_run(Members& members, std::string_view name) {
    const auto run = members.id<RunId>(name);
    if (!run) members.note(name);
    return run.value_or(RunId{});
}

FanOutWait read_fan_out(Members& members) {
    FanOutWait wait;
    wait.call = read_call(members);
    wait.total = members.require_count("total");
    wait.concurrency = members.require_count("concurrency");
    wait.retries_max = members.require_count("maxRetries");
    wait.continue_on_error = members.flag("continueOnError");
    wait.collect_results = members.flag("collectResults");
    wait.items_member = members.require_text("itemsMember");
    wait.mapping_member = members.require_text("mappingMember");
    wait.item_variable = members.require_text("itemVariable");
    wait.index_variable = members.require_text("indexVariable");
    wait.until = members.instant("until");
    wait.beside_parent = members.flag("besideParent");
    return wait;
}

Wait read_wait(Members& members) {
    const std::string kind = members.require_text("waitsFor");
    if (kind == "timer") return TimerWait{members.require_instant("until")};
    if (kind == "webhook") return SignalWait{members.require_instant("until")};
    if (kind == "child") {
        const RunId child = require_run(members, "childRunId");
        return ChildWait{read_call(members), child};
    }
    if (kind != "map") members.note("waitsFor");
    return read_fan_out(members);
}

ChildEnded read_child_ended(Members& members) {
    ChildEnded end;
    end.child = require_run(members, "child_run_id");
    const auto status = parse_run_status(members.require_text("child_status"));
    if (!status) members.note("child_status");
    end.status = status.value_or(RunStatus::failed);
    end.output = members.require("child_output");
    end.error = members.error("error");
    end.duration_ms = members.integer("durationMs").value_or(0);
    end.spent = members.spending();
    return end;
}

Wakeup read_wakeup(Members& members) {
    const std::string kind = members.require_text("waitedFor");
    if (kind == "webhook") return SignalReceived{members.require("payload")};
    if (kind == "retry") return ItemRetried{members.require_count("item")};
    if (kind != "child") members.note("waitedFor");
    return read_child_ended(members);
}

}  // namespace

NodeRetryScheduled read_retry_scheduled(Members& members, const StoredSubject& subject) {
    NodeRetryScheduled event;
    event.node = subject.node;
    event.attempt = subject.attempt;
    auto error = members.error("error");
    if (!error) members.note("error");
    event.error = std::move(error).value_or(RunError());
    event.retry_at = members.require_instant("retryAt");
    event.duration_ms = members.integer("durationMs").value_or(0);
    event.item = members.count("item");
    if (event.item) event.spent = members.spending();
    event.extras = members.rest();
    return event;
}

NodeSuspended read_suspended(Members& members, const StoredSubject& subject) {
    return {subject.node, subject.attempt, read_wait(members)};
}

NodeResumed read_resumed(Members& members, const StoredSubject& subject) {
    return {subject.node, subject.attempt, read_wakeup(members)};
}

MapItemSettled read_item_settled(Members& members, const StoredSubject& subject) {
    MapItemSettled event;
    event.node = subject.node;
    event.attempt = subject.attempt;
    event.index = members.require_count("index");
    event.fulfilled = members.require_text("status") == "fulfilled";
    if (event.fulfilled)
        event.value = members.require("value");
    else
        event.reason = members.require_text("reason");
    event.child = require_run(members, "childRunId");
    event.duration_ms = members.integer("durationMs").value_or(0);
    event.spent = members.spending();
    return event;
}

}  // namespace swiftgrid::engine

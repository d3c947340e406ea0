#include "runtime/shard_world.h"

#include "base/assert.h"
#include "model/flow_json.h"
#include "runtime/shards.h"

namespace swiftgrid::runtime::test {
namespace {

// Runs that are started by tests have no time in their id.
constexpr Uuid first_child_id{{0, 0, 0, 0, 0, 1}};

}  // namespace

class WorldFlows : public ChildFlows {
public:
    explicit WorldFlows(World& world) : world_(world) {}
    std::expected<ChildFlow, engine::RunError> resolve(std::string_view flow,
                                                       const JsonText&) override {
        const auto found = world_.flows.find(std::string(flow));
        if (found == world_.flows.end())
            return std::unexpected(
                engine::make_run_error("flow_not_found", "there is no such flow"));
        ChildFlow child;
        std::string text;
        child.plan = world_.plan_of(found->second, text);
        child.graph = store::GraphDocument{child.plan->graph_id, text};
        child.timeout_ms = world_.flow_timeout_ms;
        return child;
    }

private:
    World& world_;
};

World::World(WorldOptions options)
    : types_(world_types()),
      behaviours_(world_behaviours()),
      performers_(world_performers(outside)),
      plans_(
          types_, [this](GraphId graph) { return backend_.read_graph(graph); }, 100),
      child_flows_(std::make_unique<WorldFlows>(*this)),
      options_(options) {
    make_shards();
}

void World::make_shards() {
    shards_.clear();
    shards_.resize(options_.shards);
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        shards_[i].inbox = std::make_unique<Inbox>([] {});
        ShardParts parts{
            .clock = clock,
            .behaviours = *behaviours_,
            .performers = performers_,
            .scripts = scripts,
            .backend = disk_,
            .plans = plans_,
            .hub = hub,
            .metrics = metrics,
            .child_flows = *child_flows_,
            .append =
                [this, i](store::Batch batch) {
                    ++appended_;
                    waiting_.push_back({i, std::move(batch)});
                },
            .warn = [this](const std::string& text,
                           std::optional<RunId>) { warnings.push_back(text); },
            .vault = &vault,
            .tracer = &tracer,
            .runs_in_memory = options_.runs_in_memory,
            .timers_in_memory = options_.timers_in_memory,
            .send = [this](RunId run, Message message) { send(run, std::move(message)); },
            .owns = [this, i](RunId run) { return owns(i, run); }};
        shards_[i].shard = std::make_unique<Shard>(std::move(parts), *shards_[i].inbox);
    }
}

std::size_t World::owner_of(RunId run) const {
    const auto child = owners_.find(run);
    return child != owners_.end() ? child->second : shard_of(run, options_.shards);
}

// A child that was not sent yet is going to be on another shard.
bool World::owns(std::size_t shard, RunId run) const {
    const bool is_known = run.uuid < first_child_id || owners_.contains(run);
    return (options_.keeps_children_beside || is_known) && owner_of(run) == shard;
}

void World::send(RunId run, Message message) {
    const auto* submission = std::get_if<Submission>(&message);
    const auto* start = submission ? std::get_if<engine::StartRun>(&submission->command) : nullptr;
    if (start && !options_.keeps_children_beside)
        owners_.try_emplace(run, (owner_of(*start->created.parent) + 1) % options_.shards);
    inbox_of(run).push(std::move(message));
}

RunId World::next_run_id() {
    RunId run;
    run.uuid.bytes[14] = static_cast<std::uint8_t>(next_run_ >> 8);
    run.uuid.bytes[15] = static_cast<std::uint8_t>(next_run_);
    ++next_run_;
    return run;
}

model::PlanPtr World::plan_of(const std::vector<std::string>& types, std::string& text) {
    json::array nodes;
    json::array edges;
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string id = "n" + std::to_string(i);
        nodes.push_back({{"id", id},
                         {"type", types[i]},
                         {"position", {{"x", 0}, {"y", 0}}},
                         {"data", world_data(types[i])}});
        if (i > 0)
            edges.push_back({{"id", "e" + std::to_string(i)},
                             {"source", "n" + std::to_string(i - 1)},
                             {"target", id}});
    }
    text = canonical_json(json::object{{"nodes", nodes}, {"edges", edges}});
    auto plan = plan_of_graph_text(graph_id_of(text), text, types_);
    SG_ASSERT(plan.has_value(), "the test's graph is valid");
    return *plan;
}

RunId World::start(const std::vector<std::string>& types, std::function<void(Result<void>)> reply,
                   std::function<void(const RunEnd&)> on_end) {
    const RunId run = next_run_id();
    start_as(run, types, std::move(reply), std::move(on_end));
    return run;
}

void World::start_as(RunId run, const std::vector<std::string>& types,
                     std::function<void(Result<void>)> reply,
                     std::function<void(const RunEnd&)> on_end) {
    std::string text;
    Submission submission;
    submission.run = run;
    submission.plan = plan_of(types, text);
    engine::StartRun command;
    command.created.graph = submission.plan->graph_id;
    command.created.input = input;
    submission.command = std::move(command);
    submission.graph = store::GraphDocument{submission.plan->graph_id, text};
    // Somebody always waits for the answer to a start.
    submission.reply = reply ? std::move(reply) : [](const Result<void>&) {};
    submission.on_end = std::move(on_end);
    submit(std::move(submission));
}

void World::cancel(RunId run, std::function<void(Result<void>)> reply) {
    Submission submission;
    submission.run = run;
    submission.command = engine::CancelRun{"asked by the test"};
    submission.reply = std::move(reply);
    submit(std::move(submission));
}

void World::resume(RunId run, model::NodeIndex node, const std::string& json) {
    Submission submission;
    submission.run = run;
    submission.command = engine::ResumeNode{node, JsonText::trusted(json)};
    submit(std::move(submission));
}

void World::submit(Submission submission) { inbox_of(submission.run).push(std::move(submission)); }

void World::report(ChildReport report) { inbox_of(report.parent).push(std::move(report)); }

void World::turn() {
    bool more = true;
    while (more) {
        more = false;
        for (const ShardOfWorld& one : shards_)
            more = one.shard->turn() || one.inbox->size() > 0 || more;
        for (const ShardOfWorld& one : shards_) more = one.inbox->size() > 0 || more;
    }
}

void World::commit() {
    SG_ASSERT(!waiting_.empty(), "a batch is with the journal");
    const WaitingBatch waiting = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    SG_ASSERT(backend_.commit(waiting.batch).has_value(), "memory does not fail");
    for (const store::RunRow& row : waiting.batch.runs) rows_[row.id] = row;
    for (const store::MapRow& row : waiting.batch.maps) map_rows_[row.run] = row;
    shards_[waiting.shard].inbox->push(BatchDurable{});
    turn();
}

void World::commit_all() {
    while (!waiting_.empty()) commit();
}

void World::settle(const std::string& json) {
    turn();
    while (!waiting_.empty() || !outside.started.empty()) {
        commit_all();
        if (!outside.started.empty()) finish_outside(json);
        turn();
    }
}

void World::pass(std::int64_t milliseconds) {
    clock.now_ms += milliseconds;
    turn();
}

std::vector<store::RunRow> World::children_of(RunId run) const {
    std::vector<store::RunRow> children;
    for (const auto& [id, row] : rows_)
        if (row.parent == run) children.push_back(row);
    return children;
}

engine::RunState World::state(RunId run) {
    auto replayed = replay_run(backend_, plans_, run);
    SG_ASSERT(replayed.has_value(), "the run is on disk");
    return std::move(replayed->state);
}

std::optional<Instant> World::next_wakeup() const {
    std::optional<Instant> earliest;
    for (const ShardOfWorld& one : shards_)
        if (const auto next = one.shard->next_wakeup())
            earliest = earliest ? std::min(*earliest, *next) : *next;
    return earliest;
}

void World::answer_scripts(const std::string& json) {
    auto calls = std::move(scripts.calls);
    scripts.calls.clear();
    for (const sandbox::Call& call : calls) {
        sandbox::Reply reply;
        reply.id = call.id;
        reply.outcome = sandbox::CodeResult{JsonText::trusted(json)};
        scripts.replies.push_back(std::move(reply));
    }
    turn();
}

void World::fail_scripts(const std::string& code, const std::string& message) {
    for (const sandbox::Call& call : scripts.calls) {
        sandbox::ScriptError error;
        error.code = code;
        error.message = message;
        sandbox::Reply reply;
        reply.id = call.id;
        reply.outcome = std::move(error);
        scripts.replies.push_back(std::move(reply));
    }
    scripts.calls.clear();
    turn();
}

void World::print(const std::string& text) {
    scripts.printed.push_back({scripts.calls.front().id, {{sandbox::LogLevel::log, text}}});
    turn();
}

void World::finish_outside(const std::string& json) {
    nodes::Outcome outcome;
    outcome.result = JsonText::trusted(json);
    const StartedAttempt attempt = std::move(outside.started.front());
    outside.started.erase(outside.started.begin());
    attempt.done(std::move(outcome));
}

void World::fail_outside(std::optional<std::int64_t> retry_after_ms) {
    engine::RunError error = engine::make_run_error("network_error", "the line is dead");
    error.retryable = true;
    nodes::Outcome outcome;
    outcome.result = std::move(error);
    outcome.retry_after_ms = retry_after_ms;
    const StartedAttempt attempt = std::move(outside.started.front());
    outside.started.erase(outside.started.begin());
    attempt.done(std::move(outcome));
    turn();
}

void World::drain() {
    for (const ShardOfWorld& one : shards_) one.inbox->push(Drain{});
    turn();
}

void World::crash_and_recover() {
    waiting_.clear();
    outside.started.clear();
    scripts.calls.clear();
    scripts.replies.clear();
    make_shards();
    auto found =
        find_recoveries(backend_, shards_.size(), [this](RunId run) { return owner_of(run); });
    SG_ASSERT(found.has_value(), "memory does not fail");
    for (std::size_t i = 0; i < shards_.size(); ++i)
        shards_[i].shard->recover(std::move((*found)[i]));
    turn();
}

}  // namespace swiftgrid::runtime::test

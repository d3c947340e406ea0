#include "runtime/shard_world.h"

#include "base/assert.h"
#include "model/flow_json.h"

namespace swiftgrid::runtime::test {
namespace {

class PerformBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText&) const override {
        return engine::Perform{};
    }
};

class OneBehaviour : public engine::NodeBehaviours {
public:
    const engine::NodeBehaviour& of(std::string_view) const override { return perform_; }

private:
    PerformBehaviour perform_;
};

class LoggedOutside : public nodes::OutsidePerformer {
public:
    explicit LoggedOutside(OutsideLog& log) : log_(log) {}
    void start(nodes::PerformRequest request, std::function<void(nodes::Outcome)> done) override {
        log_.started.push_back({std::move(request), std::move(done)});
    }
    void cancel(const nodes::AttemptKey& key) override { log_.cancelled.push_back(key); }

private:
    OutsideLog& log_;
};

class PlainScript : public nodes::ScriptPerformer {
public:
    sandbox::Call prepare(const nodes::PerformRequest& request) const override {
        sandbox::Call call;
        sandbox::Code code;
        code.source = "return INPUT";
        code.input = request.input;
        call.work = std::move(code);
        call.time_ms = 1'000;
        return call;
    }
    nodes::Outcome finish(const nodes::PerformRequest&, sandbox::Reply reply) const override {
        nodes::Outcome outcome;
        if (auto* error = std::get_if<sandbox::ScriptError>(&reply.outcome)) {
            engine::RunError run_error;
            run_error.code = error->code;
            run_error.message = error->message;
            outcome.result = std::move(run_error);
        } else {
            outcome.result = std::get<sandbox::CodeResult>(reply.outcome).value;
        }
        return outcome;
    }
};

model::NodeTypes test_types() {
    model::NodeDescriptor script;
    script.type = script.label = "script";
    model::NodeDescriptor call;
    call.type = call.label = "call";
    call.has_outside_effect = true;
    return model::NodeTypes({script, call});
}

}  // namespace

World::World(std::size_t runs_in_memory)
    : types_(test_types()),
      behaviours_(std::make_unique<OneBehaviour>()),
      plans_(
          types_, [this](GraphId graph) { return backend_.read_graph(graph); }, 100),
      runs_in_memory_(runs_in_memory) {
    performers_.outside.emplace("call", std::make_unique<LoggedOutside>(outside));
    performers_.scripts.emplace("script", std::make_unique<PlainScript>());
    make_shard();
}

void World::make_shard() {
    inbox_ = std::make_unique<Inbox>([] {});
    shard_ = std::make_unique<Shard>(
        ShardParts{clock, *behaviours_, performers_, scripts, backend_, plans_, hub, metrics,
                   [this](store::Batch batch) {
                       ++appended_;
                       waiting_.push_back(std::move(batch));
                   },
                   runs_in_memory_},
        *inbox_);
}

RunId World::next_run_id() {
    RunId run;
    run.uuid.bytes[15] = next_run_++;
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
                         {"data", json::object()}});
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
    command.created.input = JsonText::trusted("{}");
    submission.command = std::move(command);
    submission.graph = store::GraphDocument{submission.plan->graph_id, text};
    submission.reply = std::move(reply);
    submission.on_end = std::move(on_end);
    inbox_->push(std::move(submission));
}

void World::cancel(RunId run, std::function<void(Result<void>)> reply) {
    Submission submission;
    submission.run = run;
    submission.command = engine::CancelRun{"asked by the test"};
    submission.reply = std::move(reply);
    inbox_->push(std::move(submission));
}

void World::turn() {
    while (shard_->turn()) {
    }
}

void World::commit() {
    SG_ASSERT(!waiting_.empty(), "a batch is with the journal");
    const store::Batch batch = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    SG_ASSERT(backend_.commit(batch).has_value(), "memory does not fail");
    for (const store::RunRow& row : batch.runs) rows_[row.id] = row;
    inbox_->push(BatchDurable{});
    turn();
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

void World::crash_and_recover() {
    waiting_.clear();
    outside.started.clear();
    scripts.calls.clear();
    scripts.replies.clear();
    make_shard();
    auto open_runs = backend_.scan_open_runs();
    SG_ASSERT(open_runs.has_value(), "memory does not fail");
    SG_ASSERT(shard_->recover(*open_runs).has_value(), "the shard recovers");
    turn();
}

}  // namespace swiftgrid::runtime::test

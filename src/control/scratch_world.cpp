#include "control/scratch_world.h"

#include "base/assert.h"
#include "base/limits.h"

namespace swiftgrid::control {
namespace {

// Performers end within a second of a cancel.
constexpr std::int64_t patience_ms = 10'000;

}  // namespace

ScratchWorld::ScratchWorld(ScratchParts parts)
    : parts_(std::move(parts)),
      behaviours_(parts_.behaviours, parts_.types, parts_.clock),
      plans_(
          parts_.types,
          [this](GraphId graph) {
              auto own = memory_.read_graph(graph);
              return own ? own : parts_.backend.read_graph(graph);
          },
          limits::plans_in_memory) {
    std::vector<runtime::ShardParts> shards;
    shards.push_back({.clock = parts_.clock,
                      .behaviours = behaviours_,
                      .performers = parts_.performers,
                      .scripts = *parts_.scripts,
                      .backend = memory_,
                      .plans = plans_,
                      .hub = hub_,
                      .metrics = metrics_,
                      .child_flows = parts_.child_flows,
                      .append =
                          [this](const store::Batch& batch) {
                              const auto done = memory_.commit(batch);
                              SG_ASSERT(done.has_value(), "memory takes every batch");
                              shards_->batch_durable(0);
                          },
                      .vault = &parts_.vault});
    shards_ = std::make_unique<runtime::Shards>(std::move(shards));
}

ScratchWorld::~ScratchWorld() { shards_->drain(patience_ms); }

Result<void> ScratchWorld::start(RunId run, model::PlanPtr plan, engine::StartRun command,
                                 std::function<void()> on_end) {
    run_ = run;
    behaviours_.watch(plan);
    plans_.put(plan);
    if (auto started = shards_->start(memory_); !started) return started;
    runtime::Submission submission;
    submission.run = run;
    submission.command = std::move(command);
    submission.plan = std::move(plan);
    submission.on_end = [on_end = std::move(on_end)](const runtime::RunEnd&) { on_end(); };
    return shards_->submit(std::move(submission));
}

void ScratchWorld::cancel() {
    runtime::Submission submission;
    submission.run = run_;
    submission.command = engine::CancelRun{"nobody waits for it any more"};
    // When it is ending already there is nothing to cancel.
    [[maybe_unused]] const auto sent = shards_->submit(std::move(submission));
}

Result<runtime::ReplayedRun> ScratchWorld::result() {
    return runtime::replay_run(memory_, plans_, run_);
}

}  // namespace swiftgrid::control

#pragma once

// One history: a seed decides everything that happens in one world. First a phase in which things
// go wrong (safety: nothing may be broken), then one in which they do not (liveness: every run has
// to end).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/world.h"

namespace swiftgrid::sim {

struct History {
    std::uint64_t seed = 0;
    Sabotage sabotage = Sabotage::none;
    std::size_t lines = 0;  // of its story, to be kept
};

class Simulator {
public:
    Simulator(const Catalogue& catalogue, const FlowBook& book, const History& history,
              Tally& tally);

    // False when a rule was broken; report() says which.
    bool run();

    const Report& report() const { return report_; }
    // Of everything that ended on disk: the same seed gives the same.
    std::uint64_t fingerprint() const;

private:
    // What the product has promised to whoever asked for it.
    struct Promises {
        bool was_acknowledged = false;
        bool was_cancelled = false;
        bool awaits_end = false;
        bool was_told_end = false;
    };

    void safety();
    void liveness();
    void tick();
    void finish();

    // What people do (simulator_people.cpp).
    void start();
    void start_again();
    void start_as(RunId run, const BookedFlow& flow, engine::StartRun command);
    void cancel();
    void resume();
    void resume_node(RunId run, model::NodeIndex node);
    void remove();
    void publish();
    void stray();
    engine::Command stray_command(const KnownRun& run);
    RunId new_run_id();
    std::optional<RunId> any_run();
    void expect_reply(RunId run, const char* what, runtime::Submission& submission);

    // What the world does.
    void turn();
    void pump();
    void answer();
    bool take_answer(std::size_t attempt);
    void pass_time();
    void set_clock();
    void crash();
    void restart();
    void rest();
    void answer_everything();
    bool call_webhooks();
    void sleep_until_next();

    bool may(Fault fault, unsigned percent);

    Random random_;
    Swarm swarm_;
    Report report_;
    Tally& tally_;
    const FlowBook& book_;
    World world_;
    std::map<RunId, Promises> promises_;
    std::vector<RunId> started_;  // by people, in order
    std::vector<RunId> refused_;  // because an inbox was full
    bool has_failed_read_ = false;
    bool is_safe_ = false;  // the second phase
};

}  // namespace swiftgrid::sim

#pragma once

// One machine: its disk and its clock, which outlive every crash, and the process that runs on it,
// which is the product's own: shards with their inboxes, and the group commit. Nothing happens by
// itself; the simulator calls. Whatever leaves the process is compared with the truth on disk.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/node_behaviour.h"
#include "model/node_descriptor.h"
#include "runtime/resume_tokens.h"
#include "runtime/shard.h"
#include "store/group_commit.h"
#include "tests/sim/faults.h"
#include "tests/sim/flow_book.h"
#include "tests/sim/performers.h"
#include "tests/sim/report.h"
#include "tests/sim/sim_clock.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/truth.h"

namespace swiftgrid::sim {

struct Process;

// What every history shares: none of it changes.
struct Catalogue {
    Catalogue();
    model::NodeTypes types;
    std::unique_ptr<engine::NodeBehaviours> behaviours;
};

struct WorldParts {
    const Catalogue& catalogue;
    const FlowBook& book;
    const Swarm& swarm;
    Sabotage sabotage;
    Random& random;
    Report& report;
    Tally& tally;
};

class World {
public:
    explicit World(const WorldParts& parts);
    ~World();

    // A process starts on what is on disk.
    void boot();
    // The process is gone at once, with everything that is not on disk.
    void crash();
    // The process is told to stop and does so in order.
    void stop_in_order();

    // As runtime::Shards::submit. False when it was refused.
    bool submit(runtime::Submission submission);
    void push(RunId run, runtime::Message message);
    // As store::Catalog: with a commit of its own or of others, when the run may be deleted then.
    void remove(RunId run);
    // The run at an earlier event. Nothing when the disk cannot be read.
    std::optional<runtime::ReplayedRun> read_at(RunId run, std::uint64_t at);

    std::size_t shard_count() const { return swarm_.shards; }
    void turn(std::size_t shard);
    // One commit at most. False when it failed: the process has to end.
    bool pump();
    // Everything that can be done without the outside, the clock and the disk failing.
    void settle();
    // Requires settle(): nothing may be lost, forgotten or left over.
    void check_rest();

    std::vector<BegunAttempt>& attempts() { return attempts_; }
    // The attempt is answered with this and forgotten.
    void answer(std::size_t attempt, nodes::Outcome outcome);
    bool answer_script(std::size_t shard);
    void scripts_never_fail();

    // When one of the shards wants to be called.
    std::optional<Instant> next_wakeup() const;
    void watch(RunId run);

    SimClock clock;
    SimDisk disk;
    Truth truth;
    Publications publications;

private:
    void make_unit(std::size_t index);
    void begin(BegunAttempt attempt, std::size_t shard);
    void cancel(const nodes::AttemptKey& key);
    void send(RunId run, runtime::Message message);
    bool is_sabotaged(const runtime::Message& message) const;
    bool has_growing_batch() const;
    Result<void> remove_if_over(RunId run);
    void check_message(RunId run, const runtime::Message& message);
    void check_owned(const KnownRun& run, std::set<nodes::AttemptKey>& outside,
                     std::vector<std::size_t>& scripts);
    void check_children(const KnownRun& run);
    void check_timers();
    void check_bounds();

    const Catalogue& catalogue_;
    const FlowBook& book_;
    const Swarm& swarm_;
    Sabotage sabotage_;
    Random& random_;
    Report& report_;
    Tally& tally_;
    runtime::ResumeTokens tokens_;
    std::unique_ptr<runtime::Clock> shard_clock_;
    std::unique_ptr<Process> process_;
    std::vector<BegunAttempt> attempts_;
    std::map<nodes::AttemptKey, std::string> sent_;  // what went out under each key, ever
    std::set<nodes::AttemptKey> sent_now_;           // by this process
    bool are_scripts_good_ = false;
};

}  // namespace swiftgrid::sim

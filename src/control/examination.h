#pragma once

// What the doctor examines: every record's checksum and number, every open run's row against the
// fold of its events, and that somebody will go on with each open run.

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/instant.h"
#include "engine/run_state.h"
#include "model/node_descriptor.h"
#include "runtime/plan_cache.h"
#include "store/inspector.h"

namespace swiftgrid::control {

struct Finding {
    std::optional<RunId> run;
    std::string code;        // stable: "damaged_record", "gap" …
    std::string detail;      // a sentence
    bool is_mended = false;  // by the next start of a server: nothing is wrong
};

struct OpenRun {
    RunId run;
    std::string flow_name;
    std::string status;
    std::string why;  // what it is doing or waits for, in one sentence
};

struct ExaminationTotals {
    std::int64_t runs = 0;
    std::int64_t open_runs = 0;
    std::int64_t records = 0;
    std::int64_t events = 0;
};

// Told as it is found.
struct ExaminationListener {
    std::function<void(const Finding&)> on_finding;
    std::function<void(const OpenRun&)> on_open_run;
    std::function<void(std::int64_t runs_done, std::int64_t runs)> on_progress;
    // Gives a running server time to do what it is about to do.
    std::function<void()> wait_a_moment;
    // Asked between runs; the examination ends early. Empty: it never does.
    std::function<bool()> is_unwanted = {};
};

class Examination {
public:
    // Everything outlives the examination.
    Examination(store::Inspector& inspector, const model::NodeTypes& types,
                ExaminationListener listener, Instant now);

    // The error is a database that cannot be read at all.
    Result<ExaminationTotals> run();

private:
    // One run as far as it was read.
    struct Case {
        store::RunSummary run;
        std::uint64_t last_sequence = 0;
        bool is_sound = true;     // nothing damaged, nothing missing
        std::string last_events;  // of the last record
        engine::RunState state;   // of an open run
        model::PlanPtr plan;

        bool is_open() const;
    };

    bool is_unwanted() const { return listener_.is_unwanted && listener_.is_unwanted(); }
    void find(const std::optional<RunId>& run, std::string code, std::string detail);
    void examine_file();
    void examine_run(RunId run);
    void begin(Case& found, const store::RunSummary& run);
    void take(Case& found, const store::StoredRecord& stored);
    void fold(Case& found, const store::EventRecord& record);
    void judge(Case& found);
    void judge_open(const Case& found);
    void judge_ended(const Case& found);
    void compare_row(const Case& found);
    void look_for_parent(const Case& found);
    void look_for_children(const Case& found);
    void suspect(const Case& found, std::string code, std::string detail);
    void examine_suspects_again();

    store::Inspector& inspector_;
    ExaminationListener listener_;
    Instant now_;
    runtime::PlanCache plans_;
    ExaminationTotals totals_;
    // Runs in a state that a running server is about to change, with their last event.
    std::set<std::pair<RunId, std::uint64_t>> suspects_;
    bool server_runs_ = false;
    bool is_second_look_ = false;
};

}  // namespace swiftgrid::control

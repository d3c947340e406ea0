#pragma once

// When flows start by themselves, and what became of it. Thread-safe and blocking, like the
// catalogue; what the settings mean is known by `control`.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"
#include "base/result.h"
#include "store/catalog_types.h"
#include "store/database.h"
#include "store/journal.h"

namespace swiftgrid::store {

struct Schedule {
    FlowId flow;
    std::string flow_name;
    std::optional<std::int64_t> active_version;
    ScheduleSettings settings;
    // The first occurrence about which nothing is decided. Nothing: disabled, or none will come.
    std::optional<Instant> next_run;
};

// What became of one occurrence, or of several that were missed together.
struct Occurrence {
    Instant planned_at;   // the last of them
    std::string outcome;  // started queued skipped missed failed
    std::int64_t count = 1;
    std::optional<RunId> run;
    std::string detail;  // why, in words; "" when it went as it should
    Instant decided_at;
    std::string run_status = {};  // "" when there is no run (any more); not stored

    bool operator==(const Occurrence&) const = default;
};

// What was decided about a flow's occurrences up to the next one.
struct ScheduleStep {
    FlowId flow;
    std::optional<Instant> decided;  // the next run this decides about; none: it had none
    std::optional<Instant> next_run;
    std::vector<Occurrence> occurrences;
};

// An occurrence that waits for its turn.
struct QueuedOccurrence {
    FlowId flow;
    Instant planned_at;
};

class Schedules {
public:
    // Both outlive this; the journal writes to the same database.
    Schedules(Database& database, Journal& journal) : database_(database), journal_(journal) {}

    // `not_found` when there is no such flow; nothing when it has no schedule.
    Result<std::optional<Schedule>> get(FlowId flow);
    // The next run is kept when the schedule was enabled with the same times: what is due at this
    // very moment stays due, and what was decided meanwhile stays decided.
    Result<void> put(FlowId flow, const ScheduleSettings& settings,
                     std::optional<Instant> next_run);
    // The history stays.
    Result<void> remove(FlowId flow);

    // Newest flow first, as all lists.
    Result<Page<Schedule>> list(const std::string& cursor, std::size_t limit);

    // Newest first.
    Result<std::vector<Occurrence>> history(FlowId flow, std::size_t limit);

    // The newest occurrence that has a run.
    Result<std::optional<Occurrence>> last_run(FlowId flow);

    // What is due, the earliest first.
    Result<std::vector<Schedule>> due(Instant now, std::size_t limit);
    // When the next one is due.
    Result<std::optional<Instant>> next_due();
    // Enabled, but without a next run: none could be found when it was needed. Those of the flows
    // behind `after`, in order of flow.
    Result<std::vector<Schedule>> stuck(std::optional<FlowId> after, std::size_t limit);

    // A step whose next run is another by now changes the history only.
    Result<void> record(const std::vector<ScheduleStep>& steps);

    // How many runs of the flow have not ended; those that other runs started do not count.
    Result<std::int64_t> open_runs(FlowId flow);
    // Those behind `after`, in order of flow, then of time.
    Result<std::vector<QueuedOccurrence>> queued(const std::optional<QueuedOccurrence>& after,
                                                 std::size_t limit);
    Result<bool> has_queued(FlowId flow);
    // What has become of a queued one.
    Result<void> settle_queued(FlowId flow, const Occurrence& occurrence);

    // Occurrences from `from` on that have started a run, whatever is recorded about them. The
    // earliest first.
    struct Started {
        Instant planned_at;
        RunId run;
    };
    Result<std::vector<Started>> started_since(const std::string& key_scope, Instant from,
                                               std::size_t limit);

private:
    Database& database_;
    Journal& journal_;
};

}  // namespace swiftgrid::store

// The scheduler over a real store with a clock that is set, random ends of runs and crashes at the
// worst moments. SWIFTGRID_SEED=N repeats one history.

#include "control/scheduler.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>

#include "base/assert.h"
#include "base/hash.h"
#include "control/due_schedule.h"
#include "store/committer_thread.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::control {
namespace {

using store::Occurrence;
using store::testing::flow_of;

class SetClock : public runtime::Clock {
public:
    Instant now() const override { return at; }
    std::int64_t monotonic_ms() const override { return at.milliseconds_since_epoch; }

    Instant at;
};

Instant at(std::string_view text) { return parse_rfc3339(text).value(); }

// What kill -9 is: nothing behind it happens.
struct Crash {};
enum class CrashAt { never, before_the_start, after_the_start };

// The store, and what starts and ends runs in it.
class World {
public:
    explicit World(Instant now) { clock.at = now; }

    store::Schedules& schedules() { return schedules_; }
    const std::vector<std::string>& problems() const { return problems_; }

    FlowId add_flow(const store::ScheduleSettings& settings) {
        const FlowId flow = flow_of(++last_number_);
        store::FlowDraft draft;
        draft.name = "flow";
        draft.graph = R"({"nodes":[]})";
        draft.graph_id = graph_id_of(draft.graph);
        SG_ASSERT(catalog_.create_flow(flow, draft, clock.at).has_value(), "a flow is made");
        set(flow, settings);
        return flow;
    }
    void set(FlowId flow, const store::ScheduleSettings& settings) {
        const auto next = next_run_after(settings, clock.at);
        SG_ASSERT(next.has_value(), "the settings are valid");
        SG_ASSERT(schedules_.put(flow, settings, *next).has_value(), "a schedule is stored");
    }

    // A process begins, or goes on.
    std::optional<Instant> turn() {
        if (!scheduler_)
            scheduler_ = std::make_unique<Scheduler>(
                Scheduler::Parts{schedules_, hub_, clock,
                                 [this](const StartRequest& request, const RunStarter::Done& done) {
                                     start(request, done);
                                 },
                                 [this] { is_woken = true; },
                                 [this](const std::string& text) { problems_.push_back(text); }});
        is_woken = false;
        latest_ = std::max(latest_, clock.at);
        try {
            return scheduler_->turn();
        } catch (const Crash&) {
            crash();
            return std::nullopt;
        }
    }
    void crash() {
        scheduler_.reset();
        crash_at = CrashAt::never;
    }
    bool is_up() const { return scheduler_ != nullptr; }

    void end_run(RunId run) {
        store::RunRow row = rows_.at(run);
        row.status = "completed";
        row.completed_at = clock.at;
        save(row);
        rows_.erase(run);
        hub_.publish_run(row);
    }

    std::map<RunId, store::RunRow>& open_runs() { return rows_; }
    std::vector<store::RunRow> open_runs_of(FlowId flow) const {
        std::vector<store::RunRow> found;
        for (const auto& [run, row] : rows_)
            if (row.flow == flow) found.push_back(row);
        return found;
    }
    std::set<Instant> starts_of(FlowId flow) { return starts_[flow]; }

    SetClock clock;
    CrashAt crash_at = CrashAt::never;
    bool is_busy = false;  // starts are refused
    bool is_woken = false;

private:
    // As RunStarter: durable before it answers, once per key.
    void start(const StartRequest& request, const RunStarter::Done& done) {
        if (crash_at == CrashAt::before_the_start) throw Crash();
        if (is_busy) return done(refuse(ErrorCode::overloaded, "busy"));
        const Instant planned = at(request.key->key);
        const auto known = catalog_.find_key(request.key->scope, request.key->key, clock.at);
        SG_ASSERT(known.has_value(), "keys can be read");
        if (*known) return done(Started{(*known)->run, true});
        if (!starts_[request.flow].insert(planned).second)
            problems_.push_back("started twice: " + to_rfc3339(planned));
        // What was queued in time may start when the clock has been set back.
        if (planned > latest_) problems_.push_back("too early: " + to_rfc3339(planned));
        store::RunRow row;
        row.id = store::testing::run_of(++last_number_);
        row.flow = request.flow;
        row.trigger = "cron";
        row.status = "running";
        row.created_at = clock.at;
        row.last_seq = 1;
        store::Batch batch;
        batch.events = {store::testing::record_of(row.id, 1, 1)};
        batch.runs = {row};
        batch.keys = {{request.key->scope, request.key->key, "", row.id, clock.at}};
        SG_ASSERT(backend_.commit(batch).has_value(), "a run is stored");
        rows_.emplace(row.id, row);
        if (crash_at == CrashAt::after_the_start) throw Crash();
        done(Started{row.id, false});
    }

    void save(const store::RunRow& row) {
        store::Batch batch;
        batch.runs = {row};
        SG_ASSERT(backend_.commit(batch).has_value(), "a run is stored");
    }

    std::unique_ptr<store::Database> database_ = *store::Database::open_in_memory();
    store::SqliteBackend backend_{*database_};
    store::Journal journal_{backend_};
    store::CommitterThread committer_{journal_};
    store::Catalog catalog_{*database_, journal_};
    store::Schedules schedules_{*database_, journal_};
    runtime::EventHub hub_;
    std::unique_ptr<Scheduler> scheduler_;
    std::uint64_t last_number_ = 0;
    Instant latest_;                       // that the scheduler has seen
    std::map<RunId, store::RunRow> rows_;  // those that are open
    std::map<FlowId, std::set<Instant>> starts_;
    std::vector<std::string> problems_;
};

constexpr Duration minute{60'000};

store::ScheduleSettings every_minute(std::string overlap_mode = "skip") {
    store::ScheduleSettings settings;
    settings.enabled = true;
    settings.cron = "* * * * *";
    settings.overlap_mode = std::move(overlap_mode);
    return settings;
}

// From the beginning of the next one on, with a turn at the beginning of each.
void pass_minutes(World& world, int count) {
    const std::int64_t now = world.clock.at.milliseconds_since_epoch;
    for (int i = 1; i <= count; ++i) {
        world.clock.at = Instant{(now / minute.milliseconds + i) * minute.milliseconds};
        world.turn();
    }
}

std::vector<std::string> outcomes(World& world, FlowId flow) {
    std::vector<std::string> found;
    for (const Occurrence& each : world.schedules().history(flow, 100).value())
        found.push_back(each.outcome);
    return found;
}

TEST(Scheduler, AsksToBeCalledWhenSomethingIsDue) {
    World world(at("2026-11-30T10:00:30Z"));
    EXPECT_EQ(world.turn(), std::nullopt);
    const FlowId flow = world.add_flow(every_minute());
    EXPECT_EQ(world.turn(), at("2026-11-30T10:01:00Z"));
    world.clock.at = at("2026-11-30T10:01:00Z");
    EXPECT_EQ(world.turn(), at("2026-11-30T10:02:00Z"));
    EXPECT_EQ(world.starts_of(flow), std::set{at("2026-11-30T10:01:00Z")});
    EXPECT_EQ(outcomes(world, flow), std::vector<std::string>{"started"});
}

TEST(Scheduler, SkipsWhileARunIsOpenAndSaysSo) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute());
    pass_minutes(world, 3);
    EXPECT_EQ(outcomes(world, flow), (std::vector<std::string>{"skipped", "skipped", "started"}));
    world.end_run(world.open_runs().begin()->first);
    world.clock.at = at("2026-11-30T10:04:00Z");
    world.turn();
    EXPECT_EQ(world.starts_of(flow).size(), 2U);
}

TEST(Scheduler, QueuesOneRunAndBeginsItWhenTheOtherHasEnded) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("queue_one"));
    pass_minutes(world, 3);
    EXPECT_EQ(outcomes(world, flow), (std::vector<std::string>{"skipped", "queued", "started"}));
    EXPECT_FALSE(world.is_woken);
    ASSERT_EQ(world.open_runs_of(flow).size(), 1U);
    world.end_run(world.open_runs_of(flow)[0].id);
    EXPECT_TRUE(world.is_woken);
    world.turn();
    EXPECT_EQ(outcomes(world, flow), (std::vector<std::string>{"skipped", "started", "started"}));
    EXPECT_EQ(world.starts_of(flow),
              (std::set{at("2026-11-30T10:01:00Z"), at("2026-11-30T10:02:00Z")}));
}

TEST(Scheduler, ForgetsWhatIsQueuedWhenTheScheduleIsSwitchedOff) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("queue_one"));
    pass_minutes(world, 2);
    ASSERT_TRUE(world.schedules().remove(flow).has_value());
    world.end_run(world.open_runs_of(flow)[0].id);
    world.turn();
    EXPECT_EQ(outcomes(world, flow), (std::vector<std::string>{"skipped", "started"}));
    EXPECT_EQ(world.starts_of(flow).size(), 1U);
}

TEST(Scheduler, StartsAfterARestartWhatWasQueuedBefore) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("queue_one"));
    pass_minutes(world, 2);
    world.crash();
    world.end_run(world.open_runs_of(flow)[0].id);
    world.turn();
    EXPECT_EQ(world.starts_of(flow).size(), 2U);
}

TEST(Scheduler, RunsBesideOthersWhenItIsTold) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("parallel"));
    pass_minutes(world, 3);
    EXPECT_EQ(world.open_runs_of(flow).size(), 3U);
}

TEST(Scheduler, StartsNothingTwiceWhenItsDecisionDidNotReachTheDisk) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("parallel"));
    world.turn();
    world.clock.at = at("2026-11-30T10:01:00Z");
    world.crash_at = CrashAt::after_the_start;
    world.turn();
    ASSERT_FALSE(world.is_up());
    // Longer than keys are kept for repeated requests.
    world.clock.at = at("2026-12-03T10:01:30Z");
    world.turn();
    EXPECT_EQ(world.problems(), std::vector<std::string>());
    EXPECT_EQ(world.starts_of(flow),
              (std::set{at("2026-11-30T10:01:00Z"), at("2026-12-03T10:01:00Z")}));
}

TEST(Scheduler, TriesAgainWhatFoundNoRoom) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute());
    world.turn();
    world.clock.at = at("2026-11-30T10:01:00Z");
    world.is_busy = true;
    EXPECT_EQ(world.turn(), at("2026-11-30T10:01:01Z"));
    EXPECT_EQ(outcomes(world, flow), std::vector<std::string>());
    world.is_busy = false;
    world.clock.at = at("2026-11-30T10:01:01Z");
    world.turn();
    EXPECT_EQ(world.starts_of(flow), std::set{at("2026-11-30T10:01:00Z")});
}

TEST(Scheduler, StartsNothingAgainWhenTheClockIsSetBack) {
    World world(at("2026-11-30T10:00:30Z"));
    const FlowId flow = world.add_flow(every_minute("parallel"));
    world.turn();
    world.clock.at = at("2026-11-30T10:01:00Z");
    world.turn();
    world.clock.at = at("2026-11-30T09:01:00Z");
    EXPECT_EQ(world.turn(), at("2026-11-30T10:02:00Z"));
    EXPECT_EQ(world.starts_of(flow).size(), 1U);
}

// Random histories.

class Draws {
public:
    explicit Draws(std::uint64_t seed) : state_(seed) {}
    std::size_t below(std::size_t bound) {
        state_ += 0x9e3779b97f4a7c15ULL;
        return static_cast<std::size_t>(mix64(state_) % bound);
    }
    template <std::size_t size>
    std::string of(const std::array<const char*, size>& choices) {
        return choices[below(size)];
    }

private:
    std::uint64_t state_;
};

struct ScheduledFlow {
    FlowId flow;
    store::ScheduleSettings settings;
    Instant first;  // its first occurrence
};

ScheduledFlow add_random_flow(World& world, Draws& draws) {
    store::ScheduleSettings settings;
    settings.enabled = true;
    settings.cron =
        draws.of<5>({"* * * * *", "*/5 * * * *", "0,20 * * * *", "30 2 * * *", "@hourly"});
    settings.timezone = draws.of<3>({"UTC", "Europe/Berlin", "Australia/Lord_Howe"});
    settings.overlap_mode = draws.of<3>({"skip", "queue_one", "parallel"});
    settings.missed = draws.of<2>({"skip", "run_once"});
    const Instant first = next_run_after(settings, world.clock.at).value().value();
    return {world.add_flow(settings), settings, first};
}

void do_something(World& world, Draws& draws, const std::optional<Instant>& wake_at) {
    switch (draws.below(10)) {
        case 0: world.crash(); break;
        case 1: world.crash_at = CrashAt::before_the_start; break;
        case 2: world.crash_at = CrashAt::after_the_start; break;
        case 3:  // down, or asleep, or set
            world.clock.at =
                world.clock.at + Duration{static_cast<std::int64_t>(draws.below(4 * 60) * 60'000)};
            break;
        case 4:
            world.clock.at =
                world.clock.at + Duration{-static_cast<std::int64_t>(draws.below(90) * 60'000)};
            break;
        case 5: world.is_busy = !world.is_busy; break;
        case 6:
        case 7:
            if (!world.open_runs().empty()) {
                auto run = world.open_runs().begin();
                std::advance(run, draws.below(world.open_runs().size()));
                world.end_run(run->first);
            }
            break;
        default:
            if (wake_at && *wake_at > world.clock.at) world.clock.at = *wake_at;
            world.clock.at =
                world.clock.at + Duration{static_cast<std::int64_t>(draws.below(3'000))};
            break;
    }
}

// Every occurrence up to the next one is accounted for, once.
void check_account(World& world, const ScheduledFlow& scheduled) {
    const auto schedule = world.schedules().get(scheduled.flow).value().value();
    std::int64_t expected = 0;
    for (std::optional<Instant> at = scheduled.first; at && *at < schedule.next_run.value();
         at = next_run_after(scheduled.settings, *at).value())
        ++expected;
    std::int64_t accounted = 0;
    std::set<Instant> started;
    for (const Occurrence& each : world.schedules().history(scheduled.flow, 10'000).value()) {
        accounted += each.count;
        if (each.run) started.insert(each.planned_at);
        EXPECT_EQ(each.run.has_value(), each.outcome == "started");
    }
    EXPECT_EQ(accounted, expected) << scheduled.settings.cron;
    EXPECT_EQ(started, world.starts_of(scheduled.flow)) << scheduled.settings.cron;
}

void check_overlap(const World& world, const ScheduledFlow& scheduled) {
    if (scheduled.settings.overlap_mode == "parallel") return;
    EXPECT_LE(world.open_runs_of(scheduled.flow).size(), 1U);
}

void run_history(std::uint64_t seed) {
    SCOPED_TRACE("SWIFTGRID_SEED=" + std::to_string(seed));
    Draws draws(seed);
    World world(at("2026-03-28T20:00:00Z"));
    std::vector<ScheduledFlow> flows;
    for (std::size_t i = 0; i < 3; ++i) flows.push_back(add_random_flow(world, draws));
    std::optional<Instant> wake_at = world.turn();
    for (int step = 0; step < 150; ++step) {
        do_something(world, draws, wake_at);
        wake_at = world.turn();
        for (const ScheduledFlow& each : flows) check_overlap(world, each);
    }
    world.is_busy = false;
    world.crash_at = CrashAt::never;
    world.clock.at = world.clock.at + Duration{3 * 60 * 60'000};
    world.turn();
    EXPECT_EQ(world.problems(), std::vector<std::string>());
    for (const ScheduledFlow& each : flows) check_account(world, each);
}

TEST(Scheduler, StartsEveryOccurrenceOnceWhateverHappens) {
    if (const char* seed = std::getenv("SWIFTGRID_SEED")) {
        run_history(std::strtoull(seed, nullptr, 10));
        return;
    }
    for (std::uint64_t seed = 1; seed <= 40; ++seed) run_history(seed);
}

}  // namespace
}  // namespace swiftgrid::control

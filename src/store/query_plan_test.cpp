// What lists cost must not grow with the history. The statements are those that the store really
// prepares: every connection is watched while it is asked, and SQLite explains what was run. Two
// questions of each: does it walk or sort a table that grows, and how many steps of SQLite's
// machine does it take.

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/limits.h"
#include "store/bulk_jobs.h"
#include "store/history.h"
#include "store/notification_channels.h"
#include "store/notification_outbox.h"
#include "store/schedules.h"
#include "store/testing/catalog_world.h"
#include "store/testing/statement_watch.h"
#include "store/webhooks.h"

namespace swiftgrid::store {
namespace {

using testing::flow_of;
using testing::noon;
using testing::Plans;
using testing::StatementWatch;
using testing::uuid_of;

// Something that is asked of the store.
struct Ask {
    std::string name;
    std::function<void()> run;
};

// A data folder with a history. A page that filters ends after limits::run_rows_filtered rows, so
// there are more than those.
class World {
public:
    explicit World(std::int64_t runs) : runs_(runs) {
        fill_runs();
        fill_schedules_and_hooks();
        fill_notifications();
        deep_ = deep();
        deep_audit_ = deep_audit();
        deep_deliveries_ = *webhooks_.deliveries(flow_of(1), "", 200)->next_cursor;
    }

    std::string path() const { return folder_.path() + "/swiftgrid.db"; }
    std::map<std::string, int> watch(const Ask& ask) { return watch_.during(ask.run); }

    // The one question that takes longer the more there is.
    Ask count_all() {
        return {"count", [this] { must(jobs_.count({.pinned = false})); }};
    }

    std::vector<Ask> asks() {
        std::vector<Ask> all;
        add_run_lists(all);
        add_other_lists(all);
        add_history(all);
        add_engine(all);
        return all;
    }

private:
    static constexpr std::int64_t flows = 4;

    static RunId run_at(std::int64_t second) {
        const std::array<std::uint8_t, 10> random{};
        return {make_uuid_v7(noon + Duration{1'000 * second}, random)};
    }
    Instant end() const { return noon + Duration{1'000 * runs_}; }
    RunId newest() const { return run_at(runs_ - 1); }
    // Cursors far down a list.
    std::string deep() {
        const auto page =
            catalog_.list_runs({.to = noon + Duration{100 * runs_}, .limit = 1}).value();
        return page.next_cursor.value();
    }
    std::string deep_audit() {
        const auto most = static_cast<std::size_t>(runs_ / 10 * 9);
        return catalog_.list_audit({.limit = most}).value().next_cursor.value();
    }

    template <typename T>
    static void must(const Result<T>& result) {
        ASSERT_TRUE(result) << result.error().message;
    }

    // Half is of one flow, a tenth failed, a twentieth was started by the run before it.
    RunRow row(std::int64_t second) const {
        constexpr const char* triggers[] = {"webhook", "cron", "manual", "replay"};
        const auto flow = static_cast<std::uint64_t>(second % 2 == 0 ? 1 : 1 + second % flows);
        RunRow row = testing::row_of(run_at(second), second % 10 == 3 ? "failed" : "completed",
                                     flow_of(flow));
        row.trigger = triggers[second % 4];
        row.created_at = row.started_at.emplace(noon + Duration{1'000 * second});
        row.completed_at = row.created_at + Duration{50};
        if (row.status == "failed") row.error = R"({"code":"timeout","message":"no answer"})";
        if (second % 20 == 7) {
            row.parent = run_at(second - 1);
            row.calling_node_id = "each";
            row.trigger = "map";
            row.depth = 1;
        }
        if (second % 50 == 49) row.status = second % 100 == 49 ? "suspended" : "running";
        return row;
    }

    void fill_runs() {
        for (std::int64_t flow = 1; flow <= flows; ++flow) {
            FlowDraft draft;
            draft.name = "flow " + std::to_string(flow);
            draft.graph = R"({"nodes":[]})";
            draft.graph_id = graph_id_of(draft.graph);
            must(catalog_.create_flow(flow_of(static_cast<std::uint64_t>(flow)), draft, noon));
        }
        Batch batch;
        std::vector<Change> changes;
        for (std::int64_t second = 0; second < runs_; ++second) {
            batch.runs.push_back(row(second));
            batch.events.push_back(testing::record_of(run_at(second), 1, 4));
        }
        must(backend_.commit(batch, changes));
        for (std::int64_t second = 0; second < runs_; second += runs_ / 10)
            must(catalog_.set_pinned(run_at(second), true));
        // As many entries as runs, without waiting for each.
        must(journal_.mutate_and_wait([&](sqlite::Connection& connection) {
            return connection.execute(fmt::format(
                "INSERT INTO run_audit_log (run_id, workflow_id, action, actor, created_at)"
                " SELECT id, workflow_id, iif(status = 4, 'CANCELLED', 'DELETED'), 'ada',"
                " created_at FROM workflow_runs;"
                "INSERT INTO idempotency_keys (scope, key, fingerprint, run_id, created_at)"
                " SELECT 'flow', hex(id), '', id, created_at FROM workflow_runs"));
        }));
    }

    void fill_schedules_and_hooks() {
        const FlowId flow = flow_of(1);
        ScheduleSettings settings;
        settings.enabled = true;
        settings.cron = "@daily";
        settings.timezone = "UTC";
        settings.input_data = "null";
        settings.overlap_mode = "queue";
        settings.missed = "skip";
        must(schedules_.put(flow, settings, noon));
        ScheduleStep step{flow, std::nullopt, noon, {}};
        for (std::int64_t i = 0; i < runs_ / 4; ++i) {
            Occurrence occurrence;
            occurrence.planned_at = occurrence.decided_at = noon + Duration{60'000 * i};
            occurrence.outcome = i % 100 == 0 ? "queued" : "started";
            step.occurrences.push_back(occurrence);
        }
        must(schedules_.record({step}));
        must(journal_.mutate_and_wait([&](sqlite::Connection& connection) {
            return connection.execute(
                "INSERT INTO webhook_deliveries (workflow_id, number, received_at, call_count,"
                " outcome, code, detail, idempotency_key, signed_as, method, content_type,"
                " size_bytes, remote_address) SELECT (SELECT min(id) FROM workflows),"
                " row_number() OVER (ORDER BY id), created_at, 1, 'started', '', '', '', '',"
                " 'POST', '', 7, '' FROM"
                " workflow_runs LIMIT 400");
        }));
    }

    void fill_notifications() {
        NotificationChannel channel;
        channel.id = ChannelId{uuid_of(1)};
        channel.type = "webhook";
        channel.name = "ops";
        channel.events = "[]";
        must(channels_.put(channel, std::nullopt, AuditEntry{}));
        std::vector<NewNotification> messages(
            static_cast<std::size_t>(std::min<std::int64_t>(runs_ / 4, 900)));
        for (std::size_t i = 0; i < messages.size(); ++i) {
            messages[i].delivery.id = DeliveryId{uuid_of(100 + i)};
            messages[i].delivery.channel = channel.id;
            messages[i].delivery.event = "run_failed";
            messages[i].delivery.flow = flow_of(1);
            messages[i].delivery.facts = "{}";
        }
        must(outbox_.add(messages, 0, noon));
    }

    void add_run_list(std::vector<Ask>& all, const std::string& name, RunQuery query) {
        query.limit = 50;
        all.push_back({"runs" + name, [this, query] { must(catalog_.list_runs(query)); }});
        query.cursor = deep_;
        all.push_back(
            {"runs" + name + ", deep", [this, query] { must(catalog_.list_runs(query)); }});
    }

    void add_run_lists(std::vector<Ask>& all) {
        const std::vector<std::vector<FlowId>> flow_lists{
            {}, {flow_of(1)}, {flow_of(2), flow_of(3)}};
        const std::vector<std::vector<std::string>> status_lists{
            {}, {"failed"}, {"completed"}, {"running", "suspended", "failed"}};
        const std::vector<std::vector<std::string>> trigger_lists{{}, {"cron"}, {"map", "manual"}};
        const std::vector<std::optional<bool>> answers{std::nullopt, true, false};
        for (std::size_t f = 0; f < flow_lists.size(); ++f)
            for (std::size_t s = 0; s < status_lists.size(); ++s)
                for (std::size_t t = 0; t < trigger_lists.size(); ++t)
                    for (std::size_t top = 0; top < answers.size(); ++top)
                        for (std::size_t pin = 0; pin < answers.size(); ++pin) {
                            // Cron starts no run for another one: nothing would be asked.
                            if (t == 1 && answers[top] == false) continue;
                            RunQuery query;
                            query.flows = flow_lists[f];
                            query.statuses = status_lists[s];
                            query.triggers = trigger_lists[t];
                            query.top_level = answers[top];
                            query.pinned = answers[pin];
                            add_run_list(all, fmt::format(" {}{}{}{}{}", f, s, t, top, pin), query);
                        }
        add_run_list(all, " of a parent", {.parent = run_at(6)});
        add_run_list(all, " of a parent, failed", {.statuses = {"failed"}, .parent = run_at(6)});
        const Instant middle = noon + Duration{500 * runs_};
        add_run_list(all, " from, to", {.from = middle, .to = middle + Duration{60'000}});
        add_run_list(all, " from, of a flow", {.flows = {flow_of(1)}, .from = middle});
        const std::string id = to_string(newest());
        const std::pair<const char*, std::string> searches[] = {
            {"flow", "flow 2"},
            {"error", "no answer"},
            {"begin of an id", id.substr(0, 13)},
            {"end of an id", id.substr(26)},
            {"nothing", "nothing has this"}};
        for (const auto& [what, search] : searches)
            add_run_list(all, std::string(" search ") + what, {.search = search});
    }

    void add_other_lists(std::vector<Ask>& all) {
        const auto add = [&](const char* name, auto ask) {
            all.push_back({name, [ask] { must(ask()); }});
        };
        add("flows", [this] { return catalog_.list_flows({}); });
        add("flows, search", [this] { return catalog_.list_flows({.search = "flow"}); });
        add("versions", [this] { return catalog_.list_versions(flow_of(1), "", 20); });
        add("a run", [this] { return catalog_.get_run(newest()); });
        add("events", [this] { return catalog_.read_events(newest(), 0, 100); });
        add("children", [this] { return catalog_.list_children({run_at(6), "each"}); });
        add("children, failed",
            [this] { return catalog_.list_children({run_at(6), "each", {"failed"}}); });
        add("map", [this] { return catalog_.get_map_iteration(newest(), "each"); });
        add("key", [this] { return catalog_.find_key("flow", "none", end()); });
        for (int filters = 0; filters < 8; ++filters) {
            for (const bool is_deep : {false, true}) {
                AuditQuery query;
                if (filters & 1) query.run = run_at(runs_ / 2);
                if (filters & 2) query.flow = flow_of(1);
                if (filters & 4) query.actions = {"CANCELLED"};
                if (is_deep) query.cursor = deep_audit_;
                all.push_back({fmt::format("audit {}{}", filters, is_deep ? ", deep" : ""),
                               [this, query] { must(catalog_.list_audit(query)); }});
            }
        }
        add("schedules", [this] { return schedules_.list("", 20); });
        add("schedule", [this] { return schedules_.get(flow_of(1)); });
        add("occurrences", [this] { return schedules_.history(flow_of(1), 20); });
        add("occurrence with a run", [this] { return schedules_.last_run(flow_of(1)); });
        add("due", [this] { return schedules_.due(noon, 10); });
        add("next due", [this] { return schedules_.next_due(); });
        add("stuck", [this] { return schedules_.stuck(std::nullopt, 10); });
        add("queued", [this] { return schedules_.queued(std::nullopt, 10); });
        add("has queued", [this] { return schedules_.has_queued(flow_of(1)); });
        add("deliveries", [this] { return webhooks_.deliveries(flow_of(1), "", 20); });
        add("deliveries, deep",
            [this] { return webhooks_.deliveries(flow_of(1), deep_deliveries_, 20); });
        add("jobs", [this] { return jobs_.list("", 20); });
        add("next job", [this] { return jobs_.next(); });
        const ChannelId channel{uuid_of(1)};
        add("messages", [this, channel] { return outbox_.list(channel, "", 20); });
        add("next message", [this, channel] { return outbox_.next(channel); });
        add("newest messages", [this] { return outbox_.newest(); });
    }

    void add_history(std::vector<Ask>& all) {
        const auto add = [&](const char* name, auto ask) {
            all.push_back({name, [ask] { must(ask()); }});
        };
        add("newest run", [this] { return jobs_.newest_run(); });
        add("expired",
            [this] { return history_.expired(end(), run_at(runs_ / 2), limits::deletion_runs); });
        add("nothing remains", [this] { return history_.remove_remains({}, end()); });
        add("deletion", [this] {
            const std::vector<RunId> one{run_at(1)};
            return history_.remove({one, std::nullopt}, {});
        });
        add("causes", [this] { return outbox_.causes(50); });
        add("ended before", [this] {
            NotificationCause cause;
            cause.flow = flow_of(1);
            cause.run = newest();
            return outbox_.status_before(cause);
        });
    }

    void add_engine(std::vector<Ask>& all) {
        const auto add = [&](const char* name, auto ask) {
            all.push_back({name, [ask] { must(ask()); }});
        };
        add("events of a run", [this] { return backend_.read_run(newest(), 0, 100); });
        add("last events", [this] { return backend_.read_last_record(newest()); });
        add("open children", [this] { return backend_.scan_open_children(run_at(6)); });
        add("timers", [this] { return backend_.read_wakeups(std::nullopt, 100); });
        add("resume token", [this] { return backend_.find_resume_token({}); });
    }

    std::int64_t runs_;
    StatementWatch watch_;
    testing::TemporaryFolder folder_;
    std::unique_ptr<Database> database_ = *Database::open(folder_.path());
    SqliteBackend backend_{*database_};
    Journal journal_{backend_};
    CommitterThread committer_{journal_};
    Catalog catalog_{*database_, journal_};
    Schedules schedules_{*database_, journal_};
    Webhooks webhooks_{*database_, journal_};
    BulkJobs jobs_{*database_, journal_};
    History history_{*database_, journal_};
    NotificationChannels channels_{*database_, journal_};
    NotificationOutbox outbox_{*database_, journal_};
    std::string deep_;
    std::string deep_audit_;
    std::string deep_deliveries_;
};

TEST(QueryPlans, WalkAndSortNothingThatGrows) {
    World world(1'000);
    Plans plans(world.path());
    std::set<std::string> texts;
    for (const Ask& ask : world.asks()) {
        const auto seen = world.watch(ask);
        EXPECT_FALSE(seen.empty()) << ask.name;
        for (const auto& [sql, steps] : seen)
            if (texts.insert(sql).second) EXPECT_EQ(plans.fault(sql), "") << ask.name;
    }
    EXPECT_GT(texts.size(), 100U);
}

// A page looks at limits::run_rows_filtered rows at most, each of which takes some thirty steps. A
// walk through this history would take four times as much as is allowed.
TEST(QueryPlans, TakeFewStepsInALongHistory) {
    constexpr int steps_max = 60 * static_cast<int>(limits::run_rows_filtered);
    World world(20 * static_cast<std::int64_t>(limits::run_rows_filtered));
    const auto steps = [&](const Ask& ask) {
        int sum = 0;
        for (const auto& [sql, most] : world.watch(ask)) sum += most;
        return sum;
    };
    for (const Ask& ask : world.asks()) EXPECT_LE(steps(ask), steps_max) << ask.name;
    EXPECT_GT(steps(world.count_all()), steps_max) << "walks as it should, to count";
}

// That the first test can fail.
TEST(QueryPlans, AFaultIsFound) {
    World world(1'000);
    Plans plans(world.path());
    EXPECT_THAT(plans.fault("SELECT id FROM workflow_runs WHERE error LIKE '%x%'"),
                ::testing::StartsWith("walks a table that grows"));
    EXPECT_THAT(plans.fault("SELECT id FROM workflow_runs ORDER BY created_at DESC LIMIT 20"),
                ::testing::StartsWith("sorts a table that grows"));
    EXPECT_THAT(plans.fault("SELECT id FROM workflow_runs WHERE workflow_id = x'01' ORDER BY"
                            " created_at DESC LIMIT 20"),
                ::testing::StartsWith("sorts a table that grows"));
    EXPECT_THAT(plans.fault("SELECT count(*) FROM run_event_batches"),
                ::testing::StartsWith("walks a table that grows"));
    EXPECT_EQ(plans.fault("SELECT id FROM workflow_runs ORDER BY id DESC LIMIT 20"), "");
}

}  // namespace
}  // namespace swiftgrid::store

#pragma once

// What SQLite is really asked: the texts that connections prepare, the steps that they take, and
// what is wrong with their plans.

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

namespace swiftgrid::store::testing {

// Statements of every connection that is opened while it lives, and their steps.
class StatementWatch {
public:
    StatementWatch() {
        current_ = this;
        sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_connection));
    }
    ~StatementWatch() {
        sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(watch_connection));
        current_ = nullptr;
    }
    StatementWatch(const StatementWatch&) = delete;
    StatementWatch& operator=(const StatementWatch&) = delete;

    // What runs while `work` does: each text with the most steps that one run of it took.
    std::map<std::string, int> during(const std::function<void()>& work) {
        {
            const std::lock_guard lock(mutex_);
            is_on_ = true;
            seen_.clear();
        }
        work();
        const std::lock_guard lock(mutex_);
        is_on_ = false;
        return seen_;
    }

private:
    static int watch_connection(sqlite3* connection, char**, const sqlite3_api_routines*) {
        sqlite3_trace_v2(connection, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, note, current_);
        return SQLITE_OK;
    }

    static int note(unsigned kind, void* watch, void* statement, void*) {
        static_cast<StatementWatch*>(watch)->note_statement(kind,
                                                            static_cast<sqlite3_stmt*>(statement));
        return 0;
    }

    void note_statement(unsigned kind, sqlite3_stmt* statement) {
        // The counter goes on from run to run of a statement that stays prepared.
        const int steps = sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_VM_STEP, 1);
        if (kind == SQLITE_TRACE_STMT) return;
        const std::lock_guard lock(mutex_);
        if (!is_on_) return;
        int& most = seen_[sqlite3_sql(statement)];
        most = std::max(most, steps);
    }

    static inline StatementWatch* current_ = nullptr;

    std::mutex mutex_;
    bool is_on_ = false;
    std::map<std::string, int> seen_;
};

struct PlanStep {
    int id = 0;
    int parent = 0;
    std::string detail;
};

// Tables with a row for everything that happens.
inline const std::set<std::string> growing{
    "workflow_runs",      "run_event_batches",       "run_audit_log",       "schedule_occurrences",
    "webhook_deliveries", "notification_deliveries", "notification_causes", "notification_waits",
    "idempotency_keys",   "map_iterations",          "resume_tokens",       "run_remains"};

// "SCAN workflow_runs USING INDEX x" → "workflow_runs".
inline std::string table_of(const std::string& detail) {
    for (const std::string verb : {"SCAN ", "SEARCH "}) {
        if (!detail.starts_with(verb)) continue;
        const std::string rest = detail.substr(verb.size());
        return rest.substr(0, rest.find(' '));
    }
    return "";
}

// What is wrong with a plan; "" for nothing. A walk in the order of a key that ends at a limit is
// right: the second test sees whether it does.
inline std::string fault_of(const std::vector<PlanStep>& plan, bool has_limit) {
    for (const PlanStep& step : plan) {
        if (step.detail.starts_with("SCAN ") && growing.contains(table_of(step.detail)) &&
            !has_limit)
            return "walks a table that grows: " + step.detail;
        if (!step.detail.starts_with("USE TEMP B-TREE")) continue;
        for (const PlanStep& sorted : plan) {
            if (sorted.parent == step.parent && growing.contains(table_of(sorted.detail)))
                return "sorts a table that grows: " + sorted.detail + ", " + step.detail;
        }
    }
    return "";
}

class Plans {
public:
    explicit Plans(const std::string& path) {
        sqlite3_open_v2(path.c_str(), &connection_, SQLITE_OPEN_READWRITE, nullptr);
    }
    ~Plans() { sqlite3_close(connection_); }
    Plans(const Plans&) = delete;
    Plans& operator=(const Plans&) = delete;

    // "" when the plan is as it has to be.
    std::string fault(const std::string& sql) {
        std::vector<PlanStep> plan;
        sqlite3_stmt* statement = nullptr;
        const std::string explain = "EXPLAIN QUERY PLAN " + sql;
        if (sqlite3_prepare_v2(connection_, explain.c_str(), -1, &statement, nullptr) != SQLITE_OK)
            return std::string("cannot be explained: ") + sqlite3_errmsg(connection_);
        std::string shown;
        while (sqlite3_step(statement) == SQLITE_ROW) {
            const auto* detail = reinterpret_cast<const char*>(sqlite3_column_text(statement, 3));
            plan.push_back(
                {sqlite3_column_int(statement, 0), sqlite3_column_int(statement, 1), detail});
            shown += fmt::format("    {}\n", detail);
        }
        sqlite3_finalize(statement);
        const std::string fault = fault_of(plan, sql.find(" LIMIT ") != std::string::npos);
        return fault.empty() ? "" : fault + "\n  " + sql + "\n" + shown;
    }

private:
    sqlite3* connection_ = nullptr;
};

}  // namespace swiftgrid::store::testing

#pragma once

// A catalogue over a database in memory, with what its tests put into it.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "store/catalog.h"
#include "store/committer_thread.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store::testing {

class CatalogTest : public ::testing::Test {
protected:
    static FlowDraft draft_of(const std::string& name,
                              const std::string& graph = R"({"nodes":[]})") {
        FlowDraft draft;
        draft.name = name;
        draft.graph = graph;
        draft.graph_id = graph_id_of(graph);
        return draft;
    }

    Flow create(std::uint64_t number, const std::string& name) {
        auto flow = catalog_.create_flow(flow_of(number), draft_of(name), noon);
        SG_ASSERT(flow.has_value(), "a flow can be made");
        return *flow;
    }

    Result<Version> publish(std::uint64_t flow, std::uint64_t version_id) {
        auto known = catalog_.get_flow(flow_of(flow));
        if (!known) return std::unexpected(known.error());
        const Publication publication{{uuid_of(version_id)}, known->revision, "why", "ada"};
        return catalog_.publish(flow_of(flow), publication, {}, noon);
    }

    // Run ids are drawn from the time, one per second.
    static RunId run_at(std::int64_t second) {
        std::array<std::uint8_t, 10> random{};
        return {make_uuid_v7(time_of(second), random)};
    }
    static Instant time_of(std::int64_t second) { return noon + Duration{1'000 * second}; }

    static RunRow row_at(std::int64_t second, const std::string& status, std::uint64_t flow = 1) {
        RunRow row = row_of(run_at(second), status, flow_of(flow));
        row.created_at = time_of(second);
        row.started_at = time_of(second) + Duration{5};
        if (status == "completed" || status == "failed")
            row.completed_at = time_of(second) + Duration{47};
        if (status == "failed")
            row.error = R"({"code":"timeout","message":"no answer from 100%_sure"})";
        return row;
    }

    void store_run(const RunRow& row) {
        Batch batch;
        batch.events = {record_of(row.id, 1, 2)};
        batch.runs = {row};
        const auto done = backend_.commit(batch);
        SG_ASSERT(done.has_value(), "a run can be stored");
    }
    void store_run(std::int64_t second, const std::string& status, std::uint64_t flow = 1) {
        store_run(row_at(second, status, flow));
    }

    std::vector<std::int64_t> seconds_of(const std::vector<RunSummary>& runs) {
        std::vector<std::int64_t> seconds;
        for (const RunSummary& run : runs)
            seconds.push_back((run.row.created_at - noon).milliseconds / 1'000);
        return seconds;
    }
    std::vector<std::int64_t> list(const RunQuery& query) {
        auto page = catalog_.list_runs(query);
        SG_ASSERT(page.has_value(), "runs can be listed");
        return seconds_of(page->items);
    }

    std::unique_ptr<Database> database_ = *Database::open_in_memory();
    SqliteBackend backend_{*database_};
    Journal journal_{backend_};
    // The tests commit runs themselves, never while a change is under way.
    CommitterThread committer_{journal_};
    Catalog catalog_{*database_, journal_};
};

}  // namespace swiftgrid::store::testing

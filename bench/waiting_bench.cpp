// What runs that wait cost the store: their rows on disk, and what a start, the timers and the list
// of a map's items read. Usage: waiting_bench [folder], by default a temporary folder of the
// present directory.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <sys/resource.h>

#include "base/assert.h"
#include "store/catalog.h"
#include "store/sqlite_backend.h"

namespace swiftgrid::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t waiting_runs = 1'000'000;
constexpr std::uint64_t map_items = 100'000;
constexpr std::uint64_t commit_rows = 1'000;
constexpr Instant start_of_time{1'800'000'000'000};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds() {
    struct rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Run ids in the order of time, as UUIDv7 are.
RunId run_id(std::uint64_t number) {
    RunId run;
    for (std::size_t i = 0; i < 6; ++i)
        run.uuid.bytes[5 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    std::uint64_t mixed = number * 0x9e3779b97f4a7c15u;
    for (std::size_t i = 6; i < 16; ++i) {
        run.uuid.bytes[i] = static_cast<std::uint8_t>(mixed >> 56);
        mixed = mixed * 0x9e3779b97f4a7c15u + i;
    }
    return run;
}

RunRow row_of(std::uint64_t number, const char* status) {
    RunRow row;
    row.id = run_id(number);
    row.flow.uuid.bytes[0] = 7;
    row.version = 3;
    row.status = status;
    row.trigger = "webhook";
    row.created_at = start_of_time;
    row.started_at = row.created_at;
    row.last_seq = 3;
    return row;
}

void append_run(Batch& batch, RunRow row) {
    batch.events.push_back(
        {row.id, 1, 3, start_of_time,
         R"([[1,0,null,0,{"input":{"n":1}}],[2,0,null,0,{}],[11,0,"wait",1,{"waitsFor":"timer"}]])"});
    batch.runs.push_back(std::move(row));
}

// A run that sleeps until some moment of the next year.
RunRow waiting_row(std::uint64_t number) {
    RunRow row = row_of(number, "suspended");
    row.current = "Wait a while";
    constexpr std::uint64_t year_ms = 365ULL * 24 * 60 * 60 * 1000;
    const std::uint64_t wait_ms = (number * 0x9e3779b97f4a7c15u >> 20) % year_ms;
    row.wake_at = start_of_time + Duration{static_cast<std::int64_t>(wait_ms)};
    return row;
}

// Every hundredth item failed.
RunRow item_row(std::uint64_t number, std::uint64_t parent) {
    RunRow row = row_of(number, number % 100 == 0 ? "failed" : "completed");
    row.parent = run_id(parent);
    row.calling_node_id = "each";
    row.trigger = "map";
    row.completed_at = row.created_at;
    return row;
}

template <typename MakeRow>
void store_runs(SqliteBackend& backend, std::uint64_t count, MakeRow make_row) {
    for (std::uint64_t done = 0; done < count; done += commit_rows) {
        Batch batch;
        for (std::uint64_t i = 0; i < commit_rows; ++i) append_run(batch, make_row(done + i));
        SG_ASSERT(backend.commit(batch).has_value(), "the commit succeeds");
    }
}

void store_waiting_runs(const std::string& folder) {
    const auto start = Clock::now();
    const double cpu = cpu_seconds();
    {
        const auto database = *Database::open(folder);
        SqliteBackend backend(*database);
        store_runs(backend, waiting_runs, waiting_row);
    }
    const double took = seconds_since(start);
    const auto bytes = std::filesystem::file_size(folder + "/swiftgrid.db");
    std::printf("%.0f waiting runs stored in %.1f s: %.1f us of CPU and %.0f bytes each\n",
                static_cast<double>(waiting_runs), took, 1e6 * (cpu_seconds() - cpu) / waiting_runs,
                static_cast<double>(bytes) / waiting_runs);
}

// Best of a few: other programs use the machine too.
template <typename Read>
void measure(const char* what, Read read) {
    double best = 1e9;
    std::size_t count = 0;
    for (int round = 0; round < 5; ++round) {
        const auto start = Clock::now();
        count = read();
        best = std::min(best, seconds_since(start));
    }
    std::printf("%s: %.2f ms for %zu rows\n", what, 1'000 * best, count);
}

void read_waiting_runs(const std::string& folder) {
    auto start = Clock::now();
    const auto database = *Database::open(folder);
    std::printf("the folder opens in %.0f ms\n", 1'000 * seconds_since(start));
    SqliteBackend backend(*database);
    constexpr std::size_t window = 10'000;
    measure("runs that owe work", [&] { return backend.scan_owing_runs()->size(); });
    measure("open runs whose parent has ended", [&] { return backend.scan_orphans()->size(); });
    measure("the first wake-ups", [&] { return backend.read_wakeups({}, window)->size(); });
    const Instant middle = start_of_time + Duration{180LL * 24 * 60 * 60 * 1000};
    measure("wake-ups in the middle",
            [&] { return backend.read_wakeups(Wakeup{middle, {}}, window)->size(); });
    measure("the last record of a run",
            [&] { return std::size_t{backend.read_last_record(run_id(500'000))->has_value()}; });
}

void read_items(const std::string& folder) {
    const auto database = *Database::open(folder);
    SqliteBackend backend(*database);
    Journal journal(backend);
    Catalog catalog(*database, journal);
    const std::uint64_t parent = waiting_runs;
    store_runs(backend, map_items,
               [&](std::uint64_t item) { return item_row(parent + 1 + item, parent); });
    const auto page = [&](const ChildQuery& query) {
        return catalog.list_children(query)->items.size();
    };
    ChildQuery query{run_id(parent), "each"};
    measure("the first page of the items of a map", [&] { return page(query); });
    query.statuses = {"failed"};
    measure("the first page of failed items", [&] { return page(query); });
    query.node_id = "other";
    query.statuses = {};
    measure("the items of another map behind 100,000", [&] { return page(query); });
}

void run(const std::string& folder) {
    store_waiting_runs(folder);
    read_waiting_runs(folder);
    read_items(folder);
}

}  // namespace
}  // namespace swiftgrid::store

int main(int argc, char** argv) {
    std::string folder =
        (argc > 1 ? std::string(argv[1]) : std::string(".")) + "/waiting-bench-XXXXXX";
    if (!::mkdtemp(folder.data())) {
        std::fprintf(stderr, "waiting_bench: %s cannot be made\n", folder.c_str());
        return 1;
    }
    swiftgrid::store::run(folder);
    std::filesystem::remove_all(folder);
    return 0;
}

// What a long history costs: pages of lists over a million finished runs, and how long a new run
// waits while old ones are deleted. Usage: history_bench [folder [runs [expired]]], by default a
// temporary folder of the present directory, 1,000,000 runs, of which 100,000 expire. Exits with 1
// when a mark is missed.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "base/assert.h"
#include "base/limits.h"
#include "store/catalog.h"
#include "store/committer_thread.h"
#include "store/database.h"
#include "store/history.h"
#include "store/journal.h"
#include "store/sqlite_backend.h"

namespace swiftgrid::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double page_ms_max = 5;  // the marks
constexpr double delay_ms_max = 20;
constexpr int asks_per_page = 200;
constexpr std::uint64_t runs_per_batch = 1'000;
constexpr int flows = 20;
constexpr Instant first_created{1'700'000'000'000};
constexpr Duration between_runs{1'000};

struct Size {
    std::uint64_t runs = 1'000'000;
    std::uint64_t expired = 100'000;
};

double ms_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double percentile(std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

FlowId flow_of(std::uint64_t number) {
    FlowId flow;
    flow.uuid.bytes[0] = 7;
    flow.uuid.bytes[15] = static_cast<std::uint8_t>(number % flows);
    return flow;
}

Instant created(std::uint64_t number) {
    return first_created + Duration{static_cast<std::int64_t>(number) * between_runs.milliseconds};
}

RunId run_of(std::uint64_t number) {
    std::array<std::uint8_t, 10> random{};
    std::uint64_t mixed = (number + 1) * 0x9e3779b97f4a7c15u;
    for (std::uint8_t& byte : random) {
        byte = static_cast<std::uint8_t>(mixed >> 56);
        mixed = mixed * 0x9e3779b97f4a7c15u + 1;
    }
    return {make_uuid_v7(created(number), random)};
}

// Most runs complete; one in ten fails, one in a thousand is pinned later.
RunRow row_of(std::uint64_t number) {
    constexpr const char* triggers[] = {"webhook", "webhook", "cron", "manual", "replay"};
    RunRow row;
    row.id = run_of(number);
    row.flow = flow_of(number);
    row.version = 3;
    row.status = number % 10 == 3 ? "failed" : "completed";
    row.trigger = triggers[number % 5];
    row.created_at = created(number);
    row.started_at = row.created_at;
    row.completed_at = row.created_at + Duration{120};
    if (row.status == "failed")
        row.error = R"({"code":"timeout","message":"no answer within 30 s","nodeId":"fetch"})";
    row.last_seq = 12;
    return row;
}

// Twelve events of about 60 bytes.
EventRecord record_of(std::uint64_t number) {
    std::string events = "[";
    for (int i = 0; i < 12; ++i)
        events += (i ? "," : "") + std::string("[8,4,\"step") + std::to_string(i) +
                  "\",1,{\"result\":{\"n\":" + std::to_string(number) + "},\"duration_ms\":1}]";
    return {run_of(number), 1, 12, created(number), events + "]"};
}

void fill(SqliteBackend& backend, std::uint64_t runs) {
    const auto start = Clock::now();
    for (std::uint64_t number = 0; number < runs;) {
        Batch batch;
        for (std::uint64_t i = 0; i < runs_per_batch && number < runs; ++i, ++number) {
            batch.events.push_back(record_of(number));
            batch.runs.push_back(row_of(number));
        }
        SG_ASSERT(backend.commit(batch).has_value(), "the commit succeeds");
    }
    std::printf("%llu runs written in %.0f s\n", static_cast<unsigned long long>(runs),
                ms_since(start) / 1'000);
}

// The mark is for the median: the machine is not ours alone.
bool measure_page(Catalog& catalog, const char* name, const RunQuery& query) {
    std::vector<double> times;
    std::size_t found = 0;
    for (int i = 0; i < asks_per_page; ++i) {
        const auto start = Clock::now();
        const auto page = catalog.list_runs(query);
        times.push_back(ms_since(start));
        SG_ASSERT(page.has_value(), "the page can be read");
        found = page->items.size();
    }
    std::ranges::sort(times);
    const double median = percentile(times, 0.5);
    std::printf("  %-44s %3zu runs  p50 %5.2f ms  p99 %5.2f ms%s\n", name, found, median,
                percentile(times, 0.99), median > page_ms_max ? "  MISSED" : "");
    return median <= page_ms_max;
}

struct Case {
    const char* name;
    std::function<void(RunQuery&)> change;
};

// `deep` is a cursor far down the list.
std::vector<Case> pages_to_measure(std::uint64_t runs, const std::string& deep) {
    const auto middle = created(runs / 2);
    return {
        {"first page", [](RunQuery&) {}},
        {"deep cursor", [=](RunQuery& q) { q.cursor = deep; }},
        {"one flow", [](RunQuery& q) { q.flows = {flow_of(3)}; }},
        {"one flow, deep",
         [=](RunQuery& q) {
             q.flows = {flow_of(3)};
             q.cursor = deep;
         }},
        {"failed", [](RunQuery& q) { q.statuses = {"failed"}; }},
        {"failed, deep",
         [=](RunQuery& q) {
             q.statuses = {"failed"};
             q.cursor = deep;
         }},
        {"completed", [](RunQuery& q) { q.statuses = {"completed"}; }},
        {"running (none)", [](RunQuery& q) { q.statuses = {"running"}; }},
        {"one flow, failed",
         [](RunQuery& q) {
             q.flows = {flow_of(3)};
             q.statuses = {"failed"};
         }},
        {"by cron", [](RunQuery& q) { q.triggers = {"cron"}; }},
        {"by cron, deep",
         [=](RunQuery& q) {
             q.triggers = {"cron"};
             q.cursor = deep;
         }},
        {"by map (none)", [](RunQuery& q) { q.triggers = {"map"}; }},
        {"failed, by cron (few)",
         [](RunQuery& q) {
             q.statuses = {"failed"};
             q.triggers = {"cron"};
         }},
        {"one flow, by a trigger it never has",
         [](RunQuery& q) {
             q.flows = {flow_of(3)};
             q.triggers = {"cron"};
         }},
        {"top level only", [](RunQuery& q) { q.top_level = true; }},
        {"not top level (none)", [](RunQuery& q) { q.top_level = false; }},
        {"from and to",
         [=](RunQuery& q) {
             q.from = middle;
             q.to = middle + Duration{3'600'000};
         }},
        {"pinned", [](RunQuery& q) { q.pinned = true; }},
        {"not pinned", [](RunQuery& q) { q.pinned = false; }},
        {"of a parent (none)", [](RunQuery& q) { q.parent = run_of(5); }},
        {"search: begin of an id",
         [=](RunQuery& q) { q.search = to_string(run_of(runs / 2)).substr(0, 13); }},
        {"search: end of an id",
         [=](RunQuery& q) { q.search = to_string(run_of(runs - 9)).substr(26); }},
        {"search: text of an error", [](RunQuery& q) { q.search = "within 30 s"; }},
        {"search: nothing", [](RunQuery& q) { q.search = "no such text"; }},
    };
}

// Where others want the processor, too, a wait says more of them than of us: then measure again, or
// with `chrt -f 10 build/release/bench/history_bench`.
void print_load() {
    double load = 0;
    if (::getloadavg(&load, 1) != 1) return;
    std::printf("load average %.1f on %u processors%s\n", load, std::thread::hardware_concurrency(),
                load > std::thread::hardware_concurrency() ? ": TOO BUSY to judge a miss" : "");
}

bool measure_pages(Catalog& catalog, std::uint64_t runs) {
    print_load();
    std::printf("pages of 50 (mark: %.0f ms)\n", page_ms_max);
    const auto query = [](const std::function<void(RunQuery&)>& change) {
        RunQuery made;
        made.limit = 50;
        change(made);
        return made;
    };
    const auto deep = catalog.list_runs(query([&](RunQuery& q) { q.to = created(runs / 100); }));
    SG_ASSERT(deep && deep->next_cursor, "there are older runs");
    bool is_good = true;
    for (const Case& one : pages_to_measure(runs, *deep->next_cursor))
        is_good &= measure_page(catalog, one.name, query(one.change));
    return is_good;
}

// One run after the other, each in a commit of its own, as somebody waits for it.
class NewRuns {
public:
    NewRuns(Journal& journal, std::uint64_t first)
        : journal_(journal), next_(first), thread_([this] { loop(); }) {}
    ~NewRuns() {
        if (thread_.joinable()) stop();
    }

    std::vector<double> stop() {
        stopped_ = true;
        thread_.join();
        return std::move(times_);
    }

private:
    void loop() {
        while (!stopped_) {
            Batch batch;
            batch.events.push_back(record_of(next_));
            batch.runs.push_back(row_of(next_++));
            std::atomic<bool> is_durable = false;
            const auto start = Clock::now();
            journal_.append(std::move(batch), [&] {
                is_durable = true;
                is_durable.notify_one();
            });
            is_durable.wait(false);
            times_.push_back(ms_since(start));
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

    Journal& journal_;
    std::uint64_t next_;
    std::atomic<bool> stopped_ = false;
    std::vector<double> times_;
    std::thread thread_;
};

void print_delays(const char* name, std::vector<double>& times) {
    std::ranges::sort(times);
    std::printf("  %-20s %6zu new runs  p50 %.2f ms  p99 %.2f ms  p99.9 %.2f ms  max %.2f ms\n",
                name, times.size(), percentile(times, 0.5), percentile(times, 0.99),
                percentile(times, 0.999), times.back());
}

// As control::HistoryKeeper does it: portions and pauses.
std::uint64_t expire(History& history, Instant ended_before) {
    Deletion deletion;
    deletion.action = "EXPIRED";
    deletion.actor.metadata = R"({"reason":"retention","retentionDays":90})";
    deletion.now = ended_before;
    std::uint64_t deleted = 0;
    for (RunId after;;) {
        const auto runs = history.expired(ended_before, after, limits::deletion_runs);
        SG_ASSERT(runs.has_value(), "expired runs can be read");
        if (runs->empty()) return deleted;
        const auto removed = history.remove({*runs, ended_before}, deletion);
        SG_ASSERT(removed.has_value(), "runs can be deleted");
        after = (*runs)[removed->looked_at - 1];
        deleted += removed->deleted.size();
        std::this_thread::sleep_for(std::chrono::milliseconds(limits::deletion_pause_ms));
    }
}

bool measure_expiry(Journal& journal, History& history, const Size& size) {
    print_load();
    std::printf("a new run while %llu expire (mark: %.0f ms more at most)\n",
                static_cast<unsigned long long>(size.expired), delay_ms_max);
    NewRuns before(journal, size.runs);
    std::this_thread::sleep_for(std::chrono::seconds(10));
    std::vector<double> quiet = before.stop();
    NewRuns during(journal, 2 * size.runs);
    const auto start = Clock::now();
    const std::uint64_t deleted = expire(history, created(size.expired));
    const double took = ms_since(start);
    std::vector<double> busy = during.stop();
    print_delays("nothing expires", quiet);
    print_delays("runs expire", busy);
    // What disk and machine do to both is not ours, so the same share of both is compared, without
    // the few waits that say more of the machine.
    const double more = percentile(busy, 0.999) - percentile(quiet, 0.999);
    std::printf("  %llu runs expired in %.1f s; p99.9 is %.2f ms longer%s\n",
                static_cast<unsigned long long>(deleted), took / 1'000, more,
                more > delay_ms_max ? "  MISSED" : "");
    return more <= delay_ms_max;
}

int run(const std::string& folder, const Size& size) {
    auto database = Database::open(folder);
    SG_ASSERT(database.has_value(), "the folder opens");
    SqliteBackend backend(**database);
    fill(backend, size.runs);
    Journal journal(backend);
    const CommitterThread committer(journal);
    Catalog catalog(**database, journal);
    History history(**database, journal);
    for (std::uint64_t number = 0; number < size.runs;
         number += std::max<std::uint64_t>(size.runs / 1'000, 1))
        SG_ASSERT(catalog.set_pinned(run_of(number), true).has_value(), "a run can be pinned");
    const bool pages_are_good = measure_pages(catalog, size.runs);
    const bool expiry_is_good = measure_expiry(journal, history, size);
    return pages_are_good && expiry_is_good ? 0 : 1;
}

}  // namespace
}  // namespace swiftgrid::store

int main(int argc, char** argv) {
    std::string folder =
        (argc > 1 ? std::string(argv[1]) : std::string(".")) + "/history-bench-XXXXXX";
    swiftgrid::store::Size size;
    if (argc > 2) size.runs = std::strtoull(argv[2], nullptr, 10);
    if (argc > 3) size.expired = std::strtoull(argv[3], nullptr, 10);
    if (size.runs == 0 || size.expired == 0 || size.expired > size.runs) {
        std::fprintf(stderr,
                     "usage: history_bench [FOLDER [RUNS [EXPIRED]]], 0 < EXPIRED <= RUNS\n");
        return 2;
    }
    if (!::mkdtemp(folder.data())) {
        std::fprintf(stderr, "history_bench: %s cannot be made\n", folder.c_str());
        return 1;
    }
    const int result = swiftgrid::store::run(folder, size);
    std::filesystem::remove_all(folder);
    return result;
}

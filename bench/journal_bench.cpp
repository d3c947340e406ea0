// What the journal costs on this machine: the disk alone, then commits of packed records with their
// run rows. Usage: journal_bench [folder], by default a temporary folder of the present directory.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/assert.h"
#include "store/committer_thread.h"
#include "store/database.h"
#include "store/journal.h"
#include "store/sqlite_backend.h"

namespace swiftgrid::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds run_for{1'500};
constexpr int events_per_run = 12;

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

double percentile(std::vector<double>& sorted, double share) {
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

void print_latencies(std::vector<double> milliseconds) {
    std::ranges::sort(milliseconds);
    std::printf("   p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", percentile(milliseconds, 0.5),
                percentile(milliseconds, 0.99), milliseconds.back());
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

// About 35 bytes per event, as a run of small nodes has.
std::string event_text(int first, int count) {
    std::string text = "[";
    for (int i = first; i < first + count; ++i) {
        if (i > first) text += ',';
        text += i % 2 == 0
                    ? "[7,3,\"step" + std::to_string(i) + "\",1,{\"input\":null}]"
                    : "[8,4,\"step" + std::to_string(i) +
                          "\",1,{\"result\":{\"n\":" + std::to_string(i) + "},\"duration_ms\":1}]";
    }
    return text + "]";
}

EventRecord record_of(RunId run, int first, int count) {
    return {run, static_cast<std::uint64_t>(first + 1), static_cast<std::uint32_t>(count),
            Instant{1'800'000'000'000}, event_text(first, count)};
}

RunRow row_of(RunId run, const char* status, int last_seq) {
    RunRow row;
    row.id = run;
    row.flow.uuid.bytes[0] = 7;
    row.version = 3;
    row.status = status;
    row.trigger = "webhook";
    row.created_at = {1'800'000'000'000};
    row.started_at = row.created_at;
    if (last_seq == events_per_run)
        row.completed_at = Instant{1'800'000'000'012};
    else
        row.current = "Fetch customer";
    row.owes = last_seq != events_per_run && status != std::string_view("completed");
    row.last_seq = static_cast<std::uint64_t>(last_seq);
    return row;
}

void append_part(Batch& batch, RunId run, int first, int count, const char* status) {
    batch.events.push_back(record_of(run, first, count));
    batch.runs.push_back(row_of(run, status, first + count));
}

void measure_disk(const std::string& folder) {
    const std::string path = folder + "/raw";
    const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0600);
    SG_ASSERT(fd >= 0, "the folder can be written");
    const std::string block(200, 'x');
    const auto start = Clock::now();
    int count = 0;
    for (; Clock::now() - start < run_for; ++count) {
        SG_ASSERT(::write(fd, block.data(), block.size()) > 0, "the disk has room");
        SG_ASSERT(::fdatasync(fd) == 0, "the disk flushes");
    }
    std::printf("disk alone: %.0f appends of 200 bytes with fdatasync per second\n",
                count / seconds_since(start));
    ::close(fd);
    ::unlink(path.c_str());
}

// One record of one event per run, `size` of them per commit.
void measure_batches(SqliteBackend& backend, std::uint64_t& next_run, int size) {
    std::vector<double> latencies;
    const auto start = Clock::now();
    const double cpu = cpu_seconds();
    while (Clock::now() - start < run_for) {
        Batch batch;
        for (int i = 0; i < size; ++i) append_part(batch, run_id(next_run++), 0, 1, "completed");
        const auto begun = Clock::now();
        SG_ASSERT(backend.commit(batch).has_value(), "the commit succeeds");
        latencies.push_back(1'000 * seconds_since(begun));
    }
    const double events = static_cast<double>(latencies.size()) * size;
    std::printf("batches of %d: %.0f events/s, %.1f us of CPU each", size,
                events / seconds_since(start), 1e6 * (cpu_seconds() - cpu) / events);
    print_latencies(latencies);
}

// Each producer has one batch under way, as a shard or a blocked client has.
void measure_producers(SqliteBackend& backend, std::uint64_t& next_run, int producers) {
    Journal journal(backend);
    std::vector<double> latencies;
    const auto start = Clock::now();
    std::latch finished(producers);
    std::function<void()> submit = [&] {
        const auto begun = Clock::now();
        Batch batch;
        append_part(batch, run_id(next_run++), 0, 1, "completed");
        journal.append(std::move(batch), [&, begun] {
            latencies.push_back(1'000 * seconds_since(begun));
            if (Clock::now() - start < run_for)
                submit();
            else
                finished.count_down();
        });
    };
    for (int i = 0; i < producers; ++i) submit();
    double took = 0;
    {
        const CommitterThread committer(journal);
        finished.wait();
        took = seconds_since(start);
    }
    std::printf("%d waiting producers: %.0f events/s in %.0f commits/s", producers,
                static_cast<double>(latencies.size()) / took,
                static_cast<double>(journal.counts().commits) / took);
    print_latencies(latencies);
}

std::uintmax_t database_bytes(const std::string& folder) {
    return std::filesystem::file_size(folder + "/swiftgrid.db");
}

// Runs of 12 events in three commits, many under way at a time and ending out of order.
void measure_runs(const std::string& folder) {
    constexpr std::uint64_t runs = 40'000;
    constexpr std::uint64_t wave = 256;
    double took = 0;
    double cpu = 0;
    std::uintmax_t empty_bytes = 0;
    {
        const auto database = *Database::open(folder);
    }
    empty_bytes = database_bytes(folder);
    {
        const auto database = *Database::open(folder);
        SqliteBackend backend(*database);
        const auto start = Clock::now();
        cpu = cpu_seconds();
        for (std::uint64_t turn = 0; turn < runs / wave + 2; ++turn) {
            Batch batch;
            for (std::uint64_t i = 0; i < wave; ++i) {
                // Each run spreads over three turns.
                const std::uint64_t newest = turn * wave + i;
                if (newest < runs) append_part(batch, run_id(newest), 0, 3, "running");
                if (newest >= wave && newest - wave < runs)
                    append_part(batch, run_id(newest - wave), 3, 5, "running");
                if (newest >= 2 * wave && newest - 2 * wave < runs)
                    append_part(batch, run_id(newest - 2 * wave), 8, 4, "completed");
            }
            SG_ASSERT(backend.commit(batch).has_value(), "the commit succeeds");
        }
        took = seconds_since(start);
        cpu = cpu_seconds() - cpu;
    }
    const std::size_t text =
        event_text(0, 3).size() + event_text(3, 5).size() + event_text(8, 4).size();
    std::printf(
        "runs of %d events in 3 commits: %.0f runs/s, %.1f us of CPU each, %.0f bytes each "
        "(%zu of them event text)\n",
        events_per_run, runs / took, 1e6 * cpu / runs,
        static_cast<double>(database_bytes(folder) - empty_bytes) / runs, text);
}

int run(const std::string& folder) {
    measure_disk(folder);
    {
        auto database = Database::open(folder + "/batches");
        SG_ASSERT(database.has_value(), "the folder opens");
        SqliteBackend backend(**database);
        std::uint64_t next_run = 1;
        for (int size : {1, 100, 1'000}) measure_batches(backend, next_run, size);
        for (int producers : {16, 256}) measure_producers(backend, next_run, producers);
    }
    measure_runs(folder + "/runs");
    return 0;
}

}  // namespace
}  // namespace swiftgrid::store

int main(int argc, char** argv) {
    std::string folder =
        (argc > 1 ? std::string(argv[1]) : std::string(".")) + "/journal-bench-XXXXXX";
    if (!::mkdtemp(folder.data())) {
        std::fprintf(stderr, "journal_bench: %s cannot be made\n", folder.c_str());
        return 1;
    }
    const int result = swiftgrid::store::run(folder);
    std::filesystem::remove_all(folder);
    return result;
}

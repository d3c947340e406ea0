#pragma once

// Limits of the history: deleting, jobs over many runs, lists.

#include <cstddef>
#include <cstdint>

namespace swiftgrid::limits {

// History. How long deletions may hold up one commit, and how long they leave the disk alone
// afterwards: new runs wait for a portion at most.
constexpr std::int64_t deletion_portion_ms = 4;
constexpr std::int64_t deletion_pause_ms = 16;
// Runs that are looked up at a time to be deleted.
constexpr std::size_t deletion_runs = 200;
// Records of a run that go with it in one commit; the rest of a long run follows.
constexpr std::size_t deletion_records = 16;
// How often what has to be deleted is looked for at least, and at most.
constexpr std::int64_t expiry_ms_max = 24LL * 60 * 60 * 1000;
constexpr std::int64_t expiry_ms_min = 60'000;
// Jobs over many runs: ids in one request, runs that are cancelled or started again at a time, jobs
// that wait for their turn, and jobs that are remembered.
constexpr std::size_t bulk_ids = 10'000;
constexpr std::size_t bulk_runs_at_once = 32;
constexpr std::size_t bulk_jobs_running = 32;
constexpr std::size_t bulk_jobs = 200;
// A job that is done in this time is answered at once, another with where to look.
constexpr std::int64_t bulk_wait_ms = 5'000;
// Until what met a full queue or disk is tried again.
constexpr std::int64_t bulk_retry_ms = 1'000;

// Rows that a list of runs reads for one page where no index has exactly what is asked for; the
// page ends there and says where to go on.
constexpr std::size_t run_rows_filtered = 1'000;

}  // namespace swiftgrid::limits

#include "store/journal.h"

#include <filesystem>
#include <fstream>
#include <latch>
#include <map>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "store/committer_thread.h"
#include "store/faulty_backend.h"
#include "store/memory_backend.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;
using testing::record_of;
using testing::row_of;
using testing::run_of;
using testing::TemporaryFolder;

Batch batch_of(std::uint64_t run, std::uint64_t first_seq = 1) {
    Batch batch;
    batch.events = {record_of(run_of(run), first_seq, 1)};
    batch.runs = {row_of(run_of(run), "running")};
    return batch;
}

Result<void> put_setting(Connection& connection, std::string_view key, std::string_view value) {
    Query put(connection, "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)");
    return put.bind(key).bind(value).run();
}

std::int64_t count_of(Database& database, const std::string& sql) {
    auto loan = database.readers().borrow();
    auto query = Query::once(**loan, sql);
    SG_ASSERT(*query.next(), "a count has a row");
    return query.integer(0);
}

std::unique_ptr<Database> open(const std::string& folder) {
    auto database = Database::open(folder);
    SG_ASSERT(database.has_value(), "the folder opens");
    return std::move(*database);
}

TEST(Journal, CommitsTheBatchesOfManyThreads) {
    TemporaryFolder folder;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    Journal journal(backend);
    constexpr std::uint64_t threads = 8;
    constexpr std::uint64_t batches = 25;
    std::latch durable(threads * batches);
    {
        const CommitterThread committer(journal);
        std::vector<std::jthread> producers;
        for (std::uint64_t thread = 0; thread < threads; ++thread)
            producers.emplace_back([&, thread] {
                for (std::uint64_t i = 1; i <= batches; ++i)
                    journal.append(batch_of(thread + 1, i), [&] { durable.count_down(); });
            });
        durable.wait();
    }
    EXPECT_EQ(journal.counts().batches, threads * batches);
    for (std::uint64_t thread = 0; thread < threads; ++thread)
        EXPECT_EQ(backend.read_run(run_of(thread + 1), 0, 100)->size(), batches);
}

TEST(Journal, CommitsWhatWaitsBeforeItEnds) {
    TemporaryFolder folder;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    Journal journal(backend);
    int durable = 0;
    {
        const CommitterThread committer(journal);
        for (std::uint64_t i = 1; i <= 50; ++i) journal.append(batch_of(i), [&] { ++durable; });
    }
    EXPECT_EQ(durable, 50);
    const auto late = journal.mutate_and_wait([](Connection&) { return Result<void>(); });
    EXPECT_EQ(late.error().code, ErrorCode::overloaded);
}

TEST(Journal, AChangeThatFailsLeavesNoTraceAndDisturbsNobody) {
    TemporaryFolder folder;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    Journal journal(backend);
    std::vector<Result<void>> results;
    const auto keep = [&](Result<void> result) { results.push_back(std::move(result)); };
    bool durable = false;
    journal.mutate([](Connection& connection) { return put_setting(connection, "a", "1"); }, keep);
    journal.mutate(
        [](Connection& connection) -> Result<void> {
            auto done = put_setting(connection, "a", "overwritten");
            if (!done) return done;
            return fail(ErrorCode::conflict, "no");
        },
        keep);
    journal.append(batch_of(1), [&] { durable = true; });
    journal.mutate([](Connection& connection) { return put_setting(connection, "b", "2"); }, keep);
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::committed);
    EXPECT_EQ(journal.counts().commits, 1u);
    EXPECT_TRUE(durable);
    ASSERT_EQ(results.size(), 3u);
    EXPECT_TRUE(results[0]);
    EXPECT_EQ(results[1].error().code, ErrorCode::conflict);
    EXPECT_TRUE(results[2]);
    EXPECT_EQ(count_of(*database, "SELECT count(*) FROM settings WHERE value IN ('1', '2')"), 2);
}

TEST(Journal, ADifferentFailureThanAFullDiskIsFatal) {
    MemoryBackend memory;
    Faults faults;
    faults.fail_commit = 1;
    FaultyBackend backend(memory, faults);
    std::string message;
    JournalOptions options;
    options.fatal = [&](const std::string& text) { message = text; };
    Journal journal(backend, options);
    bool durable = false;
    journal.append(batch_of(1), [&] { durable = true; });
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::failed);
    EXPECT_NE(message.find("an injected failure"), std::string::npos) << message;
    EXPECT_FALSE(durable);
}

// SQLite answers a database at its maximum size exactly as it answers a disk without room.
TEST(Journal, AFullDiskRefusesNewWorkKeepsWhatWasTakenAndGoesOn) {
    TemporaryFolder folder;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    JournalOptions options;
    options.place = folder.path();
    Journal journal(backend, options);
    const auto limit_pages = [&](const std::string& pages) {
        ASSERT_TRUE(database->writer().execute("PRAGMA max_page_count = " + pages));
    };
    limit_pages("1");  // SQLite raises it to what there is
    Batch large = batch_of(1);
    large.events[0].events.append(100'000, ' ');
    int durable = 0;
    journal.append(std::move(large), [&] { ++durable; });
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::disk_full);
    EXPECT_FALSE(journal.accepts_new_work());
    EXPECT_EQ(journal.refusal().code, ErrorCode::storage_full);
    EXPECT_NE(journal.refusal().message.find(folder.path()), std::string::npos);
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::disk_full);
    EXPECT_EQ(durable, 0);
    EXPECT_TRUE(backend.read_run(run_of(1), 0, 1)->empty());

    std::vector<Result<void>> results;
    journal.mutate(
        [](Connection& connection) {
            return put_setting(connection, "a", std::string(100'000, 'x'));
        },
        [&](Result<void> result) { results.push_back(std::move(result)); });
    journal.mutate(
        [](Connection& connection) { return connection.execute("DELETE FROM settings"); },
        [&](Result<void> result) { results.push_back(std::move(result)); });
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::disk_full);
    ASSERT_EQ(results.size(), 2u);
    EXPECT_EQ(results[0].error().code, ErrorCode::storage_full);
    EXPECT_TRUE(results[1]) << "deleting is what makes room";

    limit_pages("1000000");
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::committed);
    EXPECT_EQ(durable, 1);
    EXPECT_TRUE(journal.accepts_new_work());
    EXPECT_EQ(backend.read_run(run_of(1), 0, 1)->size(), 1u);
}

TEST(Journal, RefusesNewWorkWhileLittleSpaceIsLeft) {
    MemoryBackend backend;
    std::uint64_t free_bytes = std::uint64_t{1} << 30;
    JournalOptions options;
    options.place = "/srv/data";
    options.free_bytes = [&] { return std::optional(free_bytes); };
    Journal journal(backend, options);
    journal.check_free_space(0);
    EXPECT_TRUE(journal.accepts_new_work());
    free_bytes = 31 * limits::mebibyte;
    journal.check_free_space(999);
    EXPECT_TRUE(journal.accepts_new_work()) << "looks once a second only";
    journal.check_free_space(1'000);
    EXPECT_FALSE(journal.accepts_new_work());
    EXPECT_NE(journal.refusal().message.find("/srv/data"), std::string::npos);
    bool durable = false;
    journal.append(batch_of(1), [&] { durable = true; });
    EXPECT_EQ(journal.pump(), GroupCommit::Outcome::committed) << "what is under way goes on";
    EXPECT_TRUE(durable);
    EXPECT_FALSE(journal.accepts_new_work());
    free_bytes = 33 * limits::mebibyte;
    journal.check_free_space(2'000);
    EXPECT_TRUE(journal.accepts_new_work());
}

// Cuts the log off at many places, as a crash in the middle of a write would: what is read back is
// always a prefix of the commits, each whole.
TEST(Journal, ATornLogLosesOnlyWholeCommitsFromItsEnd) {
    TemporaryFolder folder;
    TemporaryFolder copy;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    constexpr std::uint64_t commits = 6;
    for (std::uint64_t i = 1; i <= commits; ++i) {
        Batch batch = batch_of(1, i);
        batch.events.push_back(record_of(run_of(2), i, 1));
        ASSERT_TRUE(backend.commit(batch));
    }
    // At once: the log goes into the database when nothing happens for a while.
    TemporaryFolder whole;
    const auto files = {"/swiftgrid.db", "/swiftgrid.db-wal"};
    for (const char* name : files)
        std::filesystem::copy_file(folder.path() + name, whole.path() + name);
    const auto log_bytes = std::filesystem::file_size(whole.path() + "/swiftgrid.db-wal");
    std::uint64_t last = commits + 1;
    for (std::uint64_t cut = 0; cut < log_bytes; cut += 5'000) {
        for (const char* name : files)
            std::filesystem::copy_file(whole.path() + name, copy.path() + name,
                                       std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(copy.path() + "/swiftgrid.db-shm");
        std::filesystem::resize_file(copy.path() + "/swiftgrid.db-wal", log_bytes - cut);
        auto torn = open(copy.path());
        SqliteBackend read(*torn);
        const auto first_run = read.read_run(run_of(1), 0, 100);
        const auto second_run = read.read_run(run_of(2), 0, 100);
        ASSERT_TRUE(first_run && second_run);
        EXPECT_EQ(first_run->size(), second_run->size());
        EXPECT_LE(first_run->size(), last);
        last = first_run->size();
        for (std::size_t i = 0; i < last; ++i) EXPECT_EQ((*first_run)[i].first_seq, i + 1);
        if (cut == 0) {
            EXPECT_EQ(last, commits);
        }
    }
    EXPECT_LT(last, commits);
}

TEST(Journal, ADamagedRecordIsToldAndNotBelieved) {
    TemporaryFolder folder;
    auto database = open(folder.path());
    SqliteBackend backend(*database);
    ASSERT_TRUE(backend.commit(batch_of(1)));
    ASSERT_TRUE(database->writer().execute(
        "UPDATE run_event_batches SET events = replace(events, 'fetch', 'fetcH')"));
    const auto records = backend.read_run(run_of(1), 0, 1);
    ASSERT_FALSE(records);
    EXPECT_EQ(records.error().code, ErrorCode::storage_error);
    EXPECT_NE(records.error().message.find("checksum"), std::string::npos);
}

}  // namespace
}  // namespace swiftgrid::store

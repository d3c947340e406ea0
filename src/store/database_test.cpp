#include "store/database.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include "store/checksum.h"
#include "store/migrate.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using sqlite::Access;
using sqlite::Connection;
using sqlite::Query;
using testing::TemporaryFolder;

constexpr Migration two_migrations[] = {
    {1, "0001_one", "CREATE TABLE one (a); INSERT INTO one VALUES (1);"},
    {2, "0002_two", "CREATE TABLE two (b); INSERT INTO one VALUES (2);"},
};
constexpr Migration tampered[] = {
    {1, "0001_one", "CREATE TABLE one (a); INSERT INTO one VALUES (3);"},
    {2, "0002_two", "CREATE TABLE two (b); INSERT INTO one VALUES (2);"},
};
constexpr Migration gap_filled[] = {
    {1, "0001_one", "CREATE TABLE one (a)"},
    {2, "0002_two", "CREATE TABLE two (b)"},
    {3, "0003_three", "CREATE TABLE three (c)"},
};
constexpr Migration with_a_gap[] = {gap_filled[0], gap_filled[2]};
constexpr Migration broken[] = {
    {1, "0001_one", "CREATE TABLE one (a); INSERT INTO one VALUES (1);"},
    {2, "0002_two", "CREATE TABLE two (b); INSERT INTO nowhere VALUES (2);"},
};

class MigrateTest : public ::testing::Test {
protected:
    std::string scalar(const std::string& sql) {
        auto query = Query::once(*connection_, sql);
        auto row = query.next();
        if (!row) return row.error().message;
        return query.text(0);
    }

    std::unique_ptr<Connection> connection_ = *Connection::open(":memory:", Access::read_write);
    std::span<const Migration> all_{two_migrations};
};

TEST_F(MigrateTest, AppliesEachMigrationOnce) {
    ASSERT_TRUE(migrate(*connection_, all_.first(1)));
    EXPECT_EQ(scalar("SELECT group_concat(a) FROM one"), "1");
    ASSERT_TRUE(migrate(*connection_, all_));
    ASSERT_TRUE(migrate(*connection_, all_));
    EXPECT_EQ(scalar("SELECT group_concat(a) FROM one"), "1,2");
    EXPECT_EQ(scalar("SELECT count(*) FROM schema_migrations"), "2");
}

TEST_F(MigrateTest, RefusesADatabaseOfANewerProgram) {
    ASSERT_TRUE(migrate(*connection_, all_));
    const auto refused = migrate(*connection_, all_.first(1));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("newer swiftgrid"), std::string::npos);
}

TEST_F(MigrateTest, NamesAMigrationThatItDoesNotHave) {
    ASSERT_TRUE(migrate(*connection_, all_));
    const auto refused = migrate(*connection_, all_.last(1));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("migration 1,"), std::string::npos)
        << refused.error().message;
}

TEST_F(MigrateTest, RefusesADatabaseMigratedWithAnotherText) {
    ASSERT_TRUE(migrate(*connection_, all_));
    const auto refused = migrate(*connection_, tampered);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("0001_one"), std::string::npos);
}

// Work that was done beside: its number is lower, but it arrives later.
TEST_F(MigrateTest, AppliesANumberThatWasMissing) {
    ASSERT_TRUE(migrate(*connection_, std::span(with_a_gap)));
    ASSERT_TRUE(migrate(*connection_, std::span(gap_filled)));
    ASSERT_TRUE(migrate(*connection_, std::span(gap_filled)));
    EXPECT_EQ(scalar("SELECT group_concat(number) FROM schema_migrations"), "1,2,3");
    EXPECT_FALSE(migrate(*connection_, std::span(with_a_gap)));
}

TEST_F(MigrateTest, AFailingMigrationLeavesNothingBehind) {
    ASSERT_FALSE(migrate(*connection_, broken));
    EXPECT_EQ(scalar("SELECT count(*) FROM sqlite_master"), "0");
    EXPECT_TRUE(migrate(*connection_, all_));
}

TEST(Crc32c, GivesTheKnownCheckValue) {
    EXPECT_EQ(crc32c("123456789"), 0xe3069283u);
    EXPECT_EQ(crc32c(""), 0u);
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aau);
}

TEST(Database, OpensAFreshFolderAndTheSameAgain) {
    TemporaryFolder folder;
    const std::string path = folder.path() + "/deep/er";
    const auto run = testing::run_of(1);
    {
        auto database = Database::open(path);
        ASSERT_TRUE(database) << database.error().message;
        SqliteBackend backend(**database);
        Batch batch;
        batch.events = {testing::record_of(run, 1, 2)};
        ASSERT_TRUE(backend.commit(batch));
    }
    auto database = Database::open(path);
    ASSERT_TRUE(database) << database.error().message;
    SqliteBackend backend(**database);
    EXPECT_EQ(backend.read_run(run, 0, 10)->size(), 1u);
}

TEST(Database, LeavesNoLogBehindWhenItIsClosed) {
    TemporaryFolder folder;
    {
        auto database = Database::open(folder.path());
        SqliteBackend backend(**database);
        Batch batch;
        batch.events = {testing::record_of(testing::run_of(1), 1, 2)};
        ASSERT_TRUE(backend.commit(batch));
        EXPECT_EQ(backend.read_run(testing::run_of(1), 0, 10)->size(), 1u);
        EXPECT_TRUE(std::filesystem::exists(folder.path() + "/swiftgrid.db-wal"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder.path() + "/swiftgrid.db-wal"));
}

TEST(Database, FlushesEveryCommit) {
    TemporaryFolder folder;
    auto database = Database::open(folder.path());
    Query synchronous((*database)->writer(), "PRAGMA synchronous");
    ASSERT_TRUE(*synchronous.next());
    EXPECT_EQ(synchronous.integer(0), 2) << "FULL";
    Query mode((*database)->writer(), "PRAGMA journal_mode");
    ASSERT_TRUE(*mode.next());
    EXPECT_EQ(mode.text(0), "wal");
}

TEST(Database, ASecondOwnerIsRefusedByTheNameOfTheFirst) {
    TemporaryFolder folder;
    auto first = Database::open(folder.path());
    ASSERT_TRUE(first);
    const auto second = Database::open(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos)
        << second.error().message;
}

TEST(Database, TheFolderIsFreeAgainWhenItsOwnerWasKilled) {
    TemporaryFolder folder;
    const pid_t child = ::fork();
    if (child == 0) {
        const auto lock = DataLock::acquire(folder.path());
        ::_exit(lock ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_TRUE(DataLock::acquire(folder.path()));
}

// The log is reused from its start, so it stays bounded however much is written while readers come
// and go.
TEST(Database, TheLogStaysBoundedWhileCommitsKeepComing) {
    TemporaryFolder folder;
    auto database = Database::open(folder.path());
    SqliteBackend backend(**database);
    constexpr std::uint64_t mebibyte = 1024 * 1024;
    for (std::uint64_t i = 1; i <= 200; ++i) {
        Batch batch;
        batch.events = {testing::record_of(testing::run_of(i), 1, 1)};
        batch.events[0].events.append(mebibyte, ' ');
        ASSERT_TRUE(backend.commit(batch));
    }
    EXPECT_LT(std::filesystem::file_size(folder.path() + "/swiftgrid.db-wal"), 100 * mebibyte);
}

// A folder of the first schema: the migration's own text made it.
TEST(Database, BringsAFolderOfTheFirstSchemaToThePresentOne) {
    TemporaryFolder folder;
    {
        auto old = *Connection::open(folder.path() + "/swiftgrid.db", Access::read_write);
        ASSERT_TRUE(migrate(*old, embedded_migrations().first(1)));
        ASSERT_TRUE(old->execute(
            "INSERT INTO workflows VALUES (x'01', 'flow', '', '{}', x'02', 1, x'03', NULL, NULL,"
            " NULL, NULL, 1, 1);"
            "INSERT INTO workflow_graphs VALUES (x'02', '{}');"
            "INSERT INTO workflow_versions VALUES (x'03', x'01', 1, x'02', NULL, NULL, NULL, '',"
            " 'ada', 1);"));
        // One run of each status, numbered like it.
        for (int status = 0; status < 6; ++status) {
            Query run(*old,
                      "INSERT INTO workflow_runs VALUES (?, x'01', 1, x'02', ?, 0, NULL, NULL,"
                      " NULL, 0, 0, 1, 0, NULL, NULL, 'step', 3)");
            const auto number = static_cast<std::uint64_t>(status);
            const RunId id = testing::run_of(number);
            ASSERT_TRUE(run.bind(id).bind(status).run());
        }
    }
    auto database = Database::open(folder.path());
    ASSERT_TRUE(database) << database.error().message;
    SqliteBackend backend(**database);
    EXPECT_EQ(*backend.scan_owing_runs(),
              (std::vector{testing::run_of(0), testing::run_of(1), testing::run_of(2)}));
    EXPECT_TRUE(backend.read_wakeups(std::nullopt, 10)->empty());
    Query rows((*database)->writer(),
               "SELECT group_concat(owes || coalesce(wake_at, '-') || status || current, ' ')"
               " FROM (SELECT * FROM workflow_runs ORDER BY id)");
    ASSERT_TRUE(*rows.next());
    EXPECT_EQ(rows.text(0), "1-0step 1-1step 1-2step 0-3step 0-4step 0-5step");
    Query version((*database)->writer(), "SELECT snapshots IS NULL FROM workflow_versions");
    ASSERT_TRUE(*version.next());
    EXPECT_EQ(version.integer(0), 1);

    Batch batch;
    batch.runs = {testing::row_of(testing::run_of(1), "suspended")};
    batch.runs[0].wake_at = testing::noon;
    ASSERT_TRUE(backend.commit(batch));
    EXPECT_EQ(backend.scan_owing_runs()->size(), 2u);
    EXPECT_EQ(*backend.read_wakeups(std::nullopt, 10),
              (std::vector<Wakeup>{{testing::noon, testing::run_of(1)}}));
}

// People read the log with the sqlite3 shell; this is what they see.
TEST(Database, TheViewShowsOneRowPerEvent) {
    auto database = Database::open_in_memory();
    SqliteBackend backend(**database);
    EventRecord record = testing::record_of(testing::run_of(0xabcd), 5, 1);
    record.count = 3;
    record.events =
        R"([[6,0,"fetch",1,{}],[8,1250,"fetch",2,{"result":[1,"two"]}],[3,2000,null,0,{"output":null}]])";
    Batch batch;
    batch.events = {record};
    batch.runs = {testing::row_of(record.run, "completed")};
    ASSERT_TRUE(backend.commit(batch));
    Query rows(
        (*database)->writer(),
        "SELECT group_concat(id || ' ' || coalesce(node_id, '-') || ' ' || event_type || ' ' || "
        "attempt || ' ' || payload || ' ' || created_at, char(10)) FROM run_events");
    ASSERT_TRUE(*rows.next());
    EXPECT_EQ(rows.text(0),
              "5 fetch NODE_SCHEDULED 1 {} 2027-01-15T08:00:00.000Z\n"
              "6 fetch NODE_COMPLETED 2 {\"result\":[1,\"two\"]} 2027-01-15T08:00:01.250Z\n"
              "7 - RUN_COMPLETED 0 {\"output\":null} 2027-01-15T08:00:02.000Z");
    Query ids((*database)->writer(),
              "SELECT DISTINCT run_id, (SELECT id || ' ' || status || ' ' || trigger FROM runs) "
              "FROM run_events");
    ASSERT_TRUE(*ids.next());
    EXPECT_EQ(ids.text(0), to_string(record.run));
    EXPECT_EQ(ids.text(1), to_string(record.run) + " completed manual");
}

}  // namespace
}  // namespace swiftgrid::store

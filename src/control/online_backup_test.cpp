#include "control/online_backup.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <set>

#include <gtest/gtest.h>

#include "store/backup.h"
#include "store/committer_thread.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::control {
namespace {

class OnlineBackupTest : public ::testing::Test {
    store::testing::TemporaryFolder folder_;

protected:
    Result<OnlineBackup::Bytes> make() {
        std::promise<Result<OnlineBackup::Bytes>> made;
        backup_.begin("ada",
                      [&](Result<OnlineBackup::Bytes> bytes) { made.set_value(std::move(bytes)); });
        return made.get_future().get();
    }

    static std::string all_of(TextSource& source) {
        std::string bytes;
        for (Result<bool> more = true; *more; more = source.next(bytes))
            if (!more) return more.error().message;
        return bytes;
    }

    std::size_t entries() {
        return catalog_.list_audit({.actions = {"BACKUP_MADE"}})->items.size();
    }

    const std::string data_ = folder_.path() + "/data";
    const std::string other_ = folder_.path() + "/other";
    const std::string file_ = folder_.path() + "/file";
    std::unique_ptr<store::Database> database_ = *store::Database::open(data_);
    store::SqliteBackend backend_{*database_};
    store::Journal journal_{backend_};
    store::CommitterThread committer_{journal_};
    store::Catalog catalog_{*database_, journal_};
    runtime::SystemClock clock_;
    OnlineBackup backup_{{data_, catalog_, clock_}};
};

TEST_F(OnlineBackupTest, GivesAWholeDatabaseThatHasNoNameAnyMore) {
    const auto names = [&] {
        std::set<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(data_))
            found.insert(entry.path().filename().string());
        return found;
    };
    const auto before = names();
    const auto bytes = make();
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_EQ(names(), before);
    std::ofstream(file_, std::ios::binary) << all_of(**bytes);
    EXPECT_TRUE(store::restore_backup(file_, other_));
}

TEST_F(OnlineBackupTest, IsOneAtATimeUntilItsBytesAreGone) {
    auto bytes = make();
    ASSERT_TRUE(bytes);
    EXPECT_EQ(make().error().code, ErrorCode::conflict);
    EXPECT_EQ(entries(), 1U);
    bytes->reset();
    EXPECT_TRUE(make());
    EXPECT_EQ(entries(), 2U);
}

TEST_F(OnlineBackupTest, SaysThatTheServerStops) {
    backup_.end();
    EXPECT_EQ(make().error().code, ErrorCode::overloaded);
}

TEST_F(OnlineBackupTest, ThatFailsGivesItsPlaceFree) {
    ASSERT_TRUE(database_->writer().execute(
        "INSERT INTO schema_migrations (number, name, checksum) SELECT 9999, 'later', checksum"
        " FROM schema_migrations LIMIT 1"));
    EXPECT_EQ(make().error().code, ErrorCode::bad_request);
    EXPECT_EQ(entries(), 0U);
    ASSERT_TRUE(database_->writer().execute("DELETE FROM schema_migrations WHERE number = 9999"));
    EXPECT_TRUE(make());
}

}  // namespace
}  // namespace swiftgrid::control

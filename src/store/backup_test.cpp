#include "store/backup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stop_token>

#include <gtest/gtest.h>

#include "store/database.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {
namespace {

using testing::TemporaryFolder;

class BackupTest : public ::testing::Test {
    TemporaryFolder folder_;

protected:
    // A folder of a server that runs.
    std::unique_ptr<Database> database_ = *Database::open(folder_.path() + "/data");
    std::string data_ = folder_.path() + "/data";
    std::string file_ = folder_.path() + "/copy.db";
    std::string other_ = folder_.path() + "/other";

    void set(const std::string& value) {
        const auto done = database_->writer().execute(
            "INSERT INTO settings (key, value) VALUES ('note', '" + value +
            "') ON CONFLICT (key) DO UPDATE SET value = excluded.value");
        ASSERT_TRUE(done) << done.error().message;
    }

    static std::string note_in(const std::string& folder) {
        auto connection =
            sqlite::Connection::open(folder + "/swiftgrid.db", sqlite::Access::read_only);
        if (!connection) return connection.error().message;
        sqlite::Query query(**connection, "SELECT value FROM settings WHERE key = 'note'");
        const auto row = query.next();
        return row && *row ? query.text(0) : "none";
    }
};

TEST_F(BackupTest, HoldsWhatWasCommittedBeforeIt) {
    set("before");
    ASSERT_TRUE(make_backup(data_, file_));
    set("after");
    const auto restored = restore_backup(file_, other_);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(note_in(other_), "before");
    EXPECT_GT(restored->bytes, 0U);
    const auto opened = Database::open(other_);
    EXPECT_TRUE(opened) << opened.error().message;
}

TEST_F(BackupTest, IsForItsOwnerOnlyAndLeavesNoParts) {
    ASSERT_TRUE(make_backup(data_, file_));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file_).permissions() & (perms::group_all | perms::others_all),
              perms::none);
    EXPECT_FALSE(std::filesystem::exists(file_ + ".part"));
}

TEST_F(BackupTest, TakesTheRestOfAKilledOneAway) {
    std::ofstream(file_ + ".part") << "half";
    ASSERT_TRUE(make_backup(data_, file_));
    EXPECT_FALSE(std::filesystem::exists(file_ + ".part"));
}

TEST_F(BackupTest, OverwritesNothing) {
    std::ofstream(file_) << "mine";
    EXPECT_EQ(make_backup(data_, file_).error().code, ErrorCode::conflict);
    std::string text;
    std::ifstream(file_) >> text;
    EXPECT_EQ(text, "mine");

    std::filesystem::remove(file_);
    ASSERT_TRUE(make_backup(data_, file_));
    set("kept");
    EXPECT_EQ(restore_backup(file_, data_).error().code, ErrorCode::conflict);  // in use
    database_.reset();
    EXPECT_EQ(restore_backup(file_, data_).error().code, ErrorCode::conflict);
    EXPECT_EQ(note_in(data_), "kept");
}

TEST_F(BackupTest, SaysWhatIsNotThere) {
    EXPECT_EQ(make_backup(other_, file_).error().code, ErrorCode::not_found);
    EXPECT_EQ(restore_backup(file_, other_).error().code, ErrorCode::not_found);
}

TEST_F(BackupTest, RefusesWhatIsNoBackup) {
    std::ofstream(file_) << std::string(8'192, 'x');
    const auto text = restore_backup(file_, other_);
    EXPECT_EQ(text.error().code, ErrorCode::bad_request);
    EXPECT_EQ(text.error().message, file_ + " is no backup of a data folder");

    std::filesystem::remove(file_);
    {
        const auto foreign = *sqlite::Connection::open(file_, sqlite::Access::read_write);
        ASSERT_TRUE(foreign->execute("CREATE TABLE t (a)"));
    }
    EXPECT_EQ(restore_backup(file_, other_).error().code, ErrorCode::bad_request);
    EXPECT_FALSE(std::filesystem::exists(other_ + "/swiftgrid.db"));
}

TEST_F(BackupTest, RefusesADamagedOne) {
    ASSERT_TRUE(make_backup(data_, file_));
    const auto size = std::filesystem::file_size(file_);
    {
        // All pages but the first and those of the migrations, which come soon after it.
        std::fstream out(file_, std::ios::in | std::ios::out | std::ios::binary);
        out.seekp(static_cast<std::streamoff>(size / 2));
        out << std::string(size / 2, '\x55');
    }
    const auto restored = restore_backup(file_, other_);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, ErrorCode::bad_request) << restored.error().message;
    EXPECT_FALSE(std::filesystem::exists(other_ + "/swiftgrid.db"));
}

TEST_F(BackupTest, RefusesThatOfANewerProgram) {
    ASSERT_TRUE(database_->writer().execute(
        "INSERT INTO schema_migrations (number, name, checksum) SELECT 9999, '9999_later', checksum"
        " FROM schema_migrations LIMIT 1"));
    EXPECT_EQ(make_backup(data_, file_).error().code, ErrorCode::bad_request);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(BackupTest, EndsWhenNobodyWantsItAndLeavesNothing) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(make_backup(data_, file_, stop.get_token()).error().code, ErrorCode::cancelled);
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_FALSE(std::filesystem::exists(file_ + ".part"));
}

class IncomingBackupTest : public BackupTest {
protected:
    std::string bytes_ = [this] {
        set("sent");
        EXPECT_TRUE(make_backup(data_, file_));
        std::ifstream in(file_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }();
    std::string copy_ = file_ + "-received";

    // What becomes of it when so many bytes come in, in uneven pieces.
    Result<BackupTotals> receive(std::size_t size) {
        auto incoming = IncomingBackup::begin(copy_);
        if (!incoming) return std::unexpected(incoming.error());
        constexpr std::size_t piece = 1'000;
        for (std::size_t at = 0; at < size; at += piece) {
            const auto done =
                incoming->append(std::string_view(bytes_).substr(at, std::min(piece, size - at)));
            if (!done) return std::unexpected(done.error());
        }
        return incoming->keep();
    }
};

TEST_F(IncomingBackupTest, IsKeptWhenItIsWhole) {
    const auto totals = receive(bytes_.size());
    ASSERT_TRUE(totals) << totals.error().message;
    EXPECT_EQ(totals->bytes, bytes_.size());
    ASSERT_TRUE(restore_backup(copy_, other_));
    EXPECT_EQ(note_in(other_), "sent");
    EXPECT_EQ(receive(bytes_.size()).error().code, ErrorCode::conflict);
}

TEST_F(IncomingBackupTest, LeavesNothingOfHalfAFile) {
    for (const std::size_t size : {std::size_t{0}, bytes_.size() / 2, bytes_.size() - 4'096}) {
        EXPECT_EQ(receive(size).error().code, ErrorCode::bad_request) << size;
        EXPECT_FALSE(std::filesystem::exists(copy_));
        EXPECT_FALSE(std::filesystem::exists(copy_ + ".part"));
    }
}

}  // namespace
}  // namespace swiftgrid::store

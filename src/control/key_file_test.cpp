#include "control/key_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace swiftgrid::control {
namespace {

namespace fs = std::filesystem;

class KeyFile : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "server-key-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder = name;
    }
    void TearDown() override { fs::remove_all(folder); }

    std::string path() const { return folder + "/server.key"; }
    std::string refusal(const std::string& environment_value = "") const {
        const auto key = read_key_ring({folder, environment_value});
        return key ? "" : key.error().message;
    }
    std::string text_here(const std::string& environment_value = "") const {
        const auto key = read_key_ring({folder, environment_value});
        return key && *key ? (*key)->to_text() : "none";
    }
    KeyRing make() const {
        KeyRing keys({ServerKey::random()});
        EXPECT_TRUE(write_key_ring(keys, folder));
        return keys;
    }

    std::string folder;
};

TEST_F(KeyFile, IsNotMadeByReading) {
    EXPECT_EQ(text_here(), "none");
    EXPECT_EQ(refusal(), "");
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(KeyFile, IsForItsOwnerOnly) {
    const KeyRing made = make();
    struct stat status{};
    ASSERT_EQ(::stat(path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(text_here(), made.to_text());
    EXPECT_NE(KeyRing({ServerKey::random()}).to_text(), made.to_text());
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(KeyFile, ThatOthersCanReadIsRefusedWithWhatToDo) {
    make();
    fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    EXPECT_NE(refusal().find("can be read by others"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("chmod 600 " + path()), std::string::npos) << refusal();
}

TEST_F(KeyFile, ThatIsDamagedIsRefusedAndKept) {
    for (const char* text : {"", "AAAA\n", "not base64!\n"}) {
        std::ofstream(path()) << text;
        fs::permissions(path(), fs::perms::owner_read | fs::perms::owner_write);
        EXPECT_NE(refusal().find("base64 text of 32 bytes"), std::string::npos) << refusal();
        EXPECT_EQ(fs::file_size(path()), std::string_view(text).size());
    }
}

TEST_F(KeyFile, GivesWayToTheEnvironment) {
    const std::string text = KeyRing({ServerKey::random()}).to_text();
    EXPECT_EQ(text_here(text), text);
    EXPECT_FALSE(fs::exists(path()));
    EXPECT_NE(refusal("short").find("SWIFTGRID_SERVER_KEY"), std::string::npos);
    EXPECT_FALSE(fs::exists(path()));
}

TEST_F(KeyFile, IsReplacedAsAWhole) {
    const KeyRing both = make().with_new_key();
    ASSERT_TRUE(write_key_ring(both, folder));
    EXPECT_EQ(text_here(), both.to_text());
    EXPECT_EQ(fs::status(path()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace swiftgrid::control

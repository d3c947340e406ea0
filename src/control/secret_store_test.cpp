#include "control/secret_store.h"

#include <gtest/gtest.h>

#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using model::EnvKind;
using store::testing::noon;

class SecretStoreTest : public store::testing::CatalogTest {
protected:
    // As after a start with these keys.
    std::unique_ptr<SecretStore> open(const KeyRing& keys) {
        on_disk = keys;
        SecretStore::Parts parts{catalog_, vault, keys};
        parts.write_keys = [this](const KeyRing& changed) -> Result<void> {
            if (writes_left == 0) return fail(ErrorCode::storage_error, "the disk is gone");
            --writes_left;
            on_disk = changed;
            return {};
        };
        return std::make_unique<SecretStore>(std::move(parts));
    }
    static store::AuditEntry audit() {
        store::AuditEntry entry;
        entry.action = "SECRET_CHANGED";
        entry.actor = "ada";
        entry.created_at = noon;
        return entry;
    }
    std::string value_of(const std::string& name) const {
        const auto content = vault.content();
        const auto* item = content->find(name);
        return item ? item->value : "nothing";
    }

    runtime::Vault vault;
    KeyRing first{{ServerKey(ServerKey::Bytes{1})}};
    KeyRing on_disk = first;
    int writes_left = 100;
};

TEST_F(SecretStoreTest, GivesBackWhatWasPut) {
    auto secrets = open(first);
    ASSERT_TRUE(secrets->load());
    ASSERT_TRUE(secrets->put("KEY", {EnvKind::secret, "sk-1234"}, audit()));
    ASSERT_TRUE(secrets->put("HOST", {EnvKind::variable, "example.com"}, audit()));
    ASSERT_TRUE(secrets->put("OLD", {EnvKind::secret, "123456"}, audit()));
    ASSERT_TRUE(secrets->remove("OLD", audit()));
    EXPECT_EQ(secrets->remove("OLD", audit()).error().code, ErrorCode::not_found);
    vault.replace({});
    ASSERT_TRUE(open(first)->load());
    EXPECT_EQ(value_of("KEY"), "sk-1234");
    EXPECT_EQ(value_of("HOST"), "example.com");
    EXPECT_EQ(value_of("OLD"), "nothing");
    EXPECT_EQ(vault.content()->find("HOST")->kind, EnvKind::variable);
    EXPECT_EQ(catalog_.list_audit({.actions = {"SECRET_CHANGED"}})->items.size(), 4U);
    for (const store::SecretRow& row : *catalog_.list_secrets())
        EXPECT_EQ(row.sealed.find("example"), std::string::npos);
}

TEST_F(SecretStoreTest, KeepsWhatIsTheServersOwnApart) {
    auto secrets = open(first);
    int made = 0;
    const auto make = [&] { return "own value " + std::to_string(++made); };
    EXPECT_EQ(secrets->own_value("own-key", make, noon), "own value 1");
    EXPECT_EQ(open(first)->own_value("own-key", make, noon), "own value 1");
    ASSERT_TRUE(secrets->load());
    EXPECT_TRUE(secrets->rows()->empty());
    EXPECT_EQ(value_of("own-key"), "nothing");
}

TEST_F(SecretStoreTest, SealsEverythingAnewWithANewKey) {
    auto secrets = open(first);
    ASSERT_TRUE(secrets->put("KEY", {EnvKind::secret, "sk-1234"}, audit()));
    const auto rotated = secrets->rotate_key(audit());
    ASSERT_TRUE(rotated);
    EXPECT_EQ(rotated->sealed, 1U);
    EXPECT_TRUE(on_disk.is_single());
    EXPECT_EQ(rotated->key_id, on_disk.primary().id());
    EXPECT_NE(on_disk.primary().id(), first.primary().id());
    ASSERT_TRUE(secrets->put("LATER", {EnvKind::secret, "sk-5678"}, audit()));
    vault.replace({});
    const auto old = open(first)->load();
    EXPECT_NE(old.error().message.find("cannot read 2 of the secrets (KEY, LATER)"),
              std::string::npos)
        << old.error().message;
}

TEST_F(SecretStoreTest, FinishesARotationThatWasCutShortWhereverItWas) {
    auto secrets = open(first);
    ASSERT_TRUE(secrets->put("KEY", {EnvKind::secret, "sk-1234"}, audit()));
    writes_left = 0;  // before the new key was written
    EXPECT_FALSE(secrets->rotate_key(audit()));
    EXPECT_TRUE(open(on_disk)->load());
    secrets = open(on_disk);
    writes_left = 1;  // before the old key was removed
    EXPECT_FALSE(secrets->rotate_key(audit()));
    EXPECT_FALSE(on_disk.is_single());
    writes_left = 1;
    vault.replace({});
    ASSERT_TRUE(open(on_disk)->load());
    EXPECT_TRUE(on_disk.is_single());
    EXPECT_EQ(value_of("KEY"), "sk-1234");
    // The keys were written, and nothing was sealed anew.
    secrets = open(on_disk.with_new_key());
    writes_left = 1;
    ASSERT_TRUE(secrets->load());
    EXPECT_TRUE(on_disk.is_single());
    EXPECT_EQ(catalog_.list_secrets()->front().key_id, on_disk.primary().id());
}

TEST_F(SecretStoreTest, TakesNewKeysFromTheEnvironmentAtAStart) {
    ASSERT_TRUE(open(first)->put("KEY", {EnvKind::secret, "sk-1234"}, audit()));
    const KeyRing both = first.with_new_key();
    SecretStore from_environment(SecretStore::Parts{catalog_, vault, both});
    ASSERT_TRUE(from_environment.load());
    EXPECT_EQ(catalog_.list_secrets()->front().key_id, both.primary().id());
    EXPECT_EQ(from_environment.rotate_key(audit()).error().code, ErrorCode::conflict);
    EXPECT_TRUE(SecretStore(SecretStore::Parts{catalog_, vault, both.without_old_keys()}).load());
}

TEST_F(SecretStoreTest, ChangesNothingWithoutTheKeyAndGivesUpOnlyWhatItCannotRead) {
    ASSERT_TRUE(open(first)->put("LOST", {EnvKind::secret, "sk-1234"}, audit()));
    const KeyRing other({ServerKey(ServerKey::Bytes{2})});
    ASSERT_TRUE(open(other)->put("MINE", {EnvKind::secret, "sk-5678"}, audit()));
    const auto before = catalog_.list_secrets();
    auto secrets = open(other);
    EXPECT_FALSE(secrets->load());
    EXPECT_EQ(*catalog_.list_secrets(), *before);
    EXPECT_EQ(*secrets->remove_unreadable(audit()), std::vector<std::string>{"LOST"});
    EXPECT_TRUE(secrets->load());
    EXPECT_EQ(value_of("MINE"), "sk-5678");
}

}  // namespace
}  // namespace swiftgrid::control

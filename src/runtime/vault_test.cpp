#include "runtime/vault.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

using model::EnvKind;

TEST(Vault, ShowsVariablesAndStandInsForSecrets) {
    const VaultContent vault(
        {{"KEY", {EnvKind::secret, "sk-123456"}}, {"HOST", {EnvKind::variable, "example.com"}}},
        {});
    const RecordedEnvironment recorded(vault);
    EXPECT_EQ(recorded.value("KEY"), "[redacted]");
    EXPECT_EQ(recorded.value("HOST"), "example.com");
    EXPECT_EQ(recorded.value("NONE"), std::nullopt);
    EXPECT_TRUE(recorded.is_secret("KEY"));
    EXPECT_FALSE(recorded.is_secret("HOST"));
    EXPECT_EQ(recorded.names(), (std::vector<std::string>{"HOST", "KEY"}));
    const OutgoingEnvironment outgoing(vault, nullptr);
    EXPECT_EQ(outgoing.value("KEY"), "sk-123456");
    EXPECT_EQ(outgoing.value("HOST"), "example.com");
    EXPECT_EQ(outgoing.resume_url({}, "wait"), "[redacted]");
}

TEST(Vault, KeepsOutWhatWasReplacedOrDeletedAndNotVariables) {
    Vault vault;
    vault.replace({{"A", {EnvKind::secret, "first-of-a"}},
                   {"B", {EnvKind::secret, "first-of-b"}},
                   {"C", {EnvKind::variable, "everybody sees it"}}});
    vault.replace({{"A", {EnvKind::secret, "second-of-a"}}, {"C", {EnvKind::secret, "nobody"}}});
    const auto redactor = vault.content()->redactor();
    EXPECT_EQ(redactor->redact("first-of-a second-of-a first-of-b nobody everybody sees it"),
              "[redacted] [redacted] [redacted] [redacted] everybody sees it");
}

TEST(Vault, ForgetsTheOldestOfTooManyRetiredValues) {
    Vault vault;
    vault.replace({{"A", {EnvKind::secret, "the oldest value"}}});
    VaultItems many;
    for (std::size_t i = 0; i < limits::retired_secrets; ++i)
        many["S" + std::to_string(i)] = {EnvKind::secret, "value-" + std::to_string(1'000'000 + i)};
    vault.replace(many);
    EXPECT_EQ(vault.content()->redactor()->redact("the oldest value"), "[redacted]");
    vault.replace({});
    EXPECT_EQ(vault.content()->redactor()->redact("the oldest value"), std::nullopt);
    EXPECT_EQ(vault.content()->redactor()->redact("value-1000000"), "[redacted]");
}

TEST(Vault, ForgetsTheOldestOfTooManyRetiredBytes) {
    Vault vault;
    vault.replace({{"A", {EnvKind::secret, "the oldest value"}}});
    constexpr std::size_t count = limits::retired_secret_bytes / limits::env_value_bytes;
    const auto value = [](std::size_t i) {
        return std::string(limits::env_value_bytes, static_cast<char>('0' + i));
    };
    VaultItems many;
    for (std::size_t i = 0; i < count; ++i)
        many["S" + std::to_string(10 + i)] = {EnvKind::secret, value(i)};
    vault.replace(many);
    EXPECT_EQ(vault.content()->redactor()->redact("the oldest value"), "[redacted]");
    vault.replace({});
    EXPECT_EQ(vault.content()->redactor()->redact("the oldest value"), std::nullopt);
    EXPECT_EQ(vault.content()->redactor()->redact(value(0)), "[redacted]");
}

TEST(Vault, ThatIsReplacedLeavesReadersWhatTheyHave) {
    Vault vault;
    vault.replace({{"A", {EnvKind::secret, "first-of-a"}}});
    const auto before = vault.content();
    vault.replace({});
    EXPECT_EQ(before->find("A")->value, "first-of-a");
    EXPECT_EQ(vault.content()->find("A"), nullptr);
}

}  // namespace
}  // namespace swiftgrid::runtime

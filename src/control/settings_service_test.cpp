#include "control/settings_service.h"

#include <array>

#include <gmock/gmock.h>
#include <boost/asio/io_context.hpp>

#include "control/egress_setting.h"
#include "store/testing/catalog_world.h"

namespace swiftgrid::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class NoonClock : public runtime::Clock {
public:
    Instant now() const override { return store::testing::noon; }
    std::int64_t monotonic_ms() const override { return 0; }
};

class SettingsTest : public store::testing::CatalogTest {
protected:
    // `days`: a number; what counts is remembered.
    Setting days() {
        Setting setting;
        setting.name = "days";
        setting.fallback = 90;
        setting.read = [](const json::value& value)
            -> std::expected<json::value, std::vector<model::Problem>> {
            if (value.is_int64()) return value;
            return std::unexpected(std::vector<model::Problem>{
                {model::Severity::error, "", "", "wrong_type", "days are a number", ""}});
        };
        setting.apply = [this](const json::value& value) { applied_.push_back(to_json(value)); };
        return setting;
    }
    SettingsService make() {
        return {{catalog_,
                 clock_,
                 [this](const std::string& text) { warnings_.push_back(text); },
                 {{"jsonDepth", 128}}},
                {days(), egress_setting(client_, {"localhost:11434"})}};
    }
    static std::vector<std::string> pointers_of(const Refusal& refusal) {
        std::vector<std::string> pointers;
        for (const model::Problem& problem : refusal.problems)
            pointers.push_back(problem.code + " " + problem.pointer);
        return pointers;
    }
    std::vector<std::string> refused(std::string_view changes) {
        auto service = make();
        const auto answer =
            service.change(parse_json(changes).value().as_object(), "mia@example.com");
        return answer ? std::vector<std::string>{*answer} : pointers_of(answer.error());
    }

    NoonClock clock_;
    boost::asio::io_context io_;
    net::HttpClient client_{io_, {}, {}};
    std::vector<std::string> applied_;
    std::vector<std::string> warnings_;
};

TEST_F(SettingsTest, AreKeptAndCountAtOnce) {
    auto service = make();
    ASSERT_TRUE(service.load());
    EXPECT_EQ(*service.get(), R"({"days":90,"allowEgress":[],)"
                              R"("flags":{"allowEgress":["localhost:11434"]},)"
                              R"("limits":{"jsonDepth":128}})");
    const auto changed = service.change({{"days", 30}, {"allowEgress", {" [::1]:9 ", "[::1]:9"}}},
                                        "mia@example.com");
    ASSERT_TRUE(changed.has_value()) << changed.error().error.message;
    EXPECT_THAT(*changed, HasSubstr(R"("days":30,"allowEgress":["[::1]:9"])"));
    ASSERT_TRUE(service.change({{"days", 30}}, "mia@example.com").has_value());
    EXPECT_THAT(applied_, ElementsAre("90", "30"));

    auto later = make();
    ASSERT_TRUE(later.load());
    EXPECT_EQ(*later.get(), *changed);
    EXPECT_THAT(applied_, ElementsAre("90", "30", "30"));
    const auto log = catalog_.list_audit({});
    ASSERT_EQ(log->items.size(), 1U);  // the second change was none
    EXPECT_EQ(log->items[0].action, "SETTINGS_CHANGED");
    EXPECT_EQ(log->items[0].metadata,
              R"({"days":{"from":90,"to":30},"allowEgress":{"added":["[::1]:9"],"removed":[]}})");
    EXPECT_EQ(log->items[0].actor, "mia@example.com");
}

TEST_F(SettingsTest, AreRefusedWithTheirPlaces) {
    EXPECT_THAT(
        refused(R"({"days":"x","other":1,"allowEgress":["ok:1","a b",7,"","x:99999","a,b"]})"),
        ElementsAre("wrong_type /days", "unknown_field /other", "invalid_value /allowEgress/1",
                    "wrong_type /allowEgress/2", "invalid_value /allowEgress/3",
                    "invalid_value /allowEgress/4", "invalid_value /allowEgress/5"));
    EXPECT_THAT(refused(R"({"allowEgress":null})"), ElementsAre("wrong_type /allowEgress"));
    EXPECT_THAT(refused(R"({"allowEgress":[")" + std::string(301, 'a') + R"("]})"),
                ElementsAre("too_large /allowEgress/0"));
    std::string many = R"({"allowEgress":["a")";
    for (int i = 0; i < 1'000; ++i) many += R"(,"a")";
    EXPECT_THAT(refused(many + "]}"), ElementsAre("too_large /allowEgress"));
    EXPECT_TRUE(applied_.empty());
    EXPECT_EQ(*catalog_.get_setting("allowEgress"), std::nullopt);
}

TEST_F(SettingsTest, OfANewerVersionDoNotHold) {
    store::AuditEntry audit;
    audit.action = "SETTINGS_CHANGED";
    const std::array rows{store::SettingRow{"days", R"({"until":"2030"})"}};
    ASSERT_TRUE(catalog_.put_settings(rows, audit));
    auto service = make();
    ASSERT_TRUE(service.load());
    EXPECT_THAT(applied_, ElementsAre("90"));
    EXPECT_THAT(warnings_, ElementsAre(HasSubstr("'days'")));
}

}  // namespace
}  // namespace swiftgrid::control

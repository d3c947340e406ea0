#include "model/env_names.h"

#include <gtest/gtest.h>

#include "model/flow_json.h"
#include "model/test_types.h"

namespace swiftgrid::model {
namespace {

TEST(EnvNames, AreLettersDigitsAndUnderscores) {
    for (const std::string& name : {"A", "_x", "STRIPE_KEY_2"}) EXPECT_TRUE(is_env_name(name));
    for (const std::string& name : {"", "2A", "A-B", "A B", "Ä", "A.B"})
        EXPECT_FALSE(is_env_name(name)) << name;
    EXPECT_TRUE(is_env_name(std::string(128, 'A')));
    EXPECT_FALSE(is_env_name(std::string(129, 'A')));
}

TEST(EnvNames, AreFoundInTemplatesAndWhereTheyAreHandedOn) {
    const NodeTypes types = test_types();
    const auto document = parse_json(R"({"graph":{"edges":[],"nodes":[
        {"id":"a","type":"work","data":{"url":"{{$env.HOST}}/{{$env.PATH ?? ''}}/{{$env.KEY}}",
                                        "secrets":{"TOKEN":"SLACK"}}},
        {"id":"b","type":"work","data":{"url":"{{$env['KEY']}}{{$env.KEY ?? 1}}{{$env}}{{x.KEY}}"}},
        {"id":"c","type":"nothing-known","data":{"url":"{{$env.LOST}}"}}]}})");
    std::vector<Problem> problems;
    const auto flow = read_flow(*document, types, problems);
    ASSERT_TRUE(flow);
    EXPECT_EQ(env_uses(flow->graph, types), (std::vector<EnvUse>{{"HOST", "a", true},
                                                                 {"KEY", "a", true},
                                                                 {"KEY", "b", true},
                                                                 {"PATH", "a", false},
                                                                 {"SLACK", "a", true}}));
}

TEST(EnvNames, ThatAreHandedOnAreThoseOfTheOtherFlow) {
    const NodeTypes types = test_types();
    const auto document = parse_json(R"({"graph":{"edges":[],"nodes":[
        {"id":"a","type":"work","data":{"flow":"other","secrets":{"TOKEN":"SLACK","N":1}}},
        {"id":"b","type":"work","data":{"secrets":{"LOST":"SLACK"}}}]}})");
    std::vector<Problem> problems;
    const auto flow = read_flow(*document, types, problems);
    ASSERT_TRUE(flow);
    EXPECT_EQ(env_handed_on(flow->graph, types), (std::vector<EnvHandedOn>{{"other", "TOKEN"}}));
}

TEST(EnvNames, OfANearOneIsSuggested) {
    const EnvKinds known = {{"STRIPE_KEY", EnvKind::secret}};
    EXPECT_NE(mend_of_unknown("STRIPE_KEYS", known).find("'STRIPE_KEY'"), std::string::npos);
    EXPECT_EQ(mend_of_unknown("OTHER", known), "Add it to the secrets, or correct the name.");
}

}  // namespace
}  // namespace swiftgrid::model

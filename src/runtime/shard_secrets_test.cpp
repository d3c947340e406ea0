// Secrets go out with attempts, and nothing of what comes back holds them.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using model::EnvKind;
using test::World;
using testing::ElementsAre;

const std::string value = "sk-live-0123456789";

struct ShardSecrets : testing::Test {
    ShardSecrets() { put(value); }

    void put(const std::string& key) {
        world.vault.replace(
            {{"KEY", {EnvKind::secret, key}}, {"HOST", {EnvKind::variable, "example.com"}}});
    }
    RunId start(const std::vector<std::string>& types) {
        const RunId run = world.next_run_id();
        world.hub.watch_run(run, watcher);
        world.start_as(run, types);
        world.turn();
        world.commit();
        return run;
    }
    std::string sent() const {
        return std::string(world.outside.started.front().request.input.view());
    }
    void show(const std::string& text, nodes::ChunkType type = nodes::ChunkType::token) {
        world.outside.started.front().request.show({type, JsonText::string(text)});
        world.turn();
    }
    // Contents of the chunks that were seen.
    std::vector<std::string> shown() const {
        std::vector<std::string> texts;
        for (const std::string& seen : watcher->seen)
            if (seen.starts_with('{'))
                texts.emplace_back(parse_json(seen).value().at("content").as_string());
        return texts;
    }

    World world;
    std::shared_ptr<test::Watcher> watcher = std::make_shared<test::Watcher>();
};

TEST_F(ShardSecrets, GoOutAndAreRecordedAsTheirStandIn) {
    const RunId run = start({"send"});
    EXPECT_EQ(sent(), R"({"key":")" + value + R"(","host":"example.com"})");
    EXPECT_EQ(world.state(run).nodes[0].input->view(),
              R"({"key":"[redacted]","host":"example.com"})");
    world.finish_outside(R"({"echo":"key=)" + value + R"(&x","n":1})");
    world.turn();
    world.commit_all();
    EXPECT_EQ(world.state(run).output->view(), R"({"echo":"key=[redacted]&x","n":1})");
}

TEST_F(ShardSecrets, AreTakenOutOfWhatComesIn) {
    world.input = JsonText::string("given " + value);
    const RunId run = start({"signal"});
    EXPECT_EQ(world.state(run).created.input.view(), R"("given [redacted]")");
    world.resume(run, 0, R"(["sk-live-0123456789"])");
    world.turn();
    world.commit_all();
    EXPECT_EQ(world.state(run).output->view().find("sk-live"), std::string_view::npos);
}

TEST_F(ShardSecrets, OfAnAttemptAfterACrashAreThoseOfThen) {
    start({"send"});
    put("sk-live-the-second");
    world.crash_and_recover();
    world.turn();
    ASSERT_FALSE(world.outside.started.empty());
    EXPECT_EQ(std::string(world.outside.started.back().request.input.view()),
              R"({"key":"sk-live-the-second","host":"example.com"})");
}

TEST_F(ShardSecrets, ThatChangedWhileAnAttemptRunsAreKeptOutAllTheSame) {
    const RunId run = start({"send"});
    put("sk-live-the-second");
    world.finish_outside(R"(["sk-live-0123456789","sk-live-the-second"])");
    world.turn();
    world.commit_all();
    EXPECT_EQ(world.state(run).output->view(), R"(["[redacted]","[redacted]"])");
}

TEST_F(ShardSecrets, ThatAreMissingFailTheNode) {
    world.vault.replace({{"KEYS", {EnvKind::secret, value}}});
    const RunId run = start({"send"});
    EXPECT_TRUE(world.outside.started.empty());
    EXPECT_EQ(world.state(run).error->message,
              "{{$env.KEY}} is missing: $env has no field 'KEY'. Did you mean 'KEYS'?");
}

TEST_F(ShardSecrets, AreNeverShownHoweverAStreamIsCut) {
    start({"send"});
    for (const char c : "say " + value + " and sk-live-") show(std::string(1, c));
    // A letter that a secret begins with waits for the next one.
    EXPECT_THAT(shown(), ElementsAre("sa", "y", " ", "[redacted]", " ", "a", "n", "d", " "));
    world.finish_outside("1");
    world.turn();
    EXPECT_EQ(shown().back(), "sk-live-") << "what was held back comes before the end";
    world.commit_all();
    EXPECT_EQ(watcher->seen.back(), "RUN_COMPLETED");
}

TEST_F(ShardSecrets, InTwoTextsAtTheSameTimeAreFoundInEach) {
    start({"send"});
    show("sk-live-", nodes::ChunkType::token);
    show("sk-live-0123", nodes::ChunkType::data);
    show("0123456789", nodes::ChunkType::token);
    show("456789.", nodes::ChunkType::data);
    EXPECT_THAT(shown(), ElementsAre("[redacted]", "[redacted]."));
}

// As a model's thoughts come.
TEST_F(ShardSecrets, AreNeverShownInATextThatIsAMember) {
    start({"send"});
    for (const char* thought : {"the key is sk-live-", "0123456789, I think"})
        world.outside.started.front().request.show(
            {nodes::ChunkType::data, JsonText::from(json::object{{"reasoning", thought}})});
    world.turn();
    std::string all;
    for (const std::string& seen : watcher->seen)
        if (seen.starts_with('{'))
            all += parse_json(seen).value().at("content").at("reasoning").as_string();
    EXPECT_EQ(all, "the key is [redacted], I think");
}

}  // namespace
}  // namespace swiftgrid::runtime

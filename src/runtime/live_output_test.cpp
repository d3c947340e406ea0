// Live output of running nodes: behind the events it follows, for readers who come late too.

#include <gmock/gmock.h>

#include "base/limits.h"
#include "runtime/shard_world.h"

namespace swiftgrid::runtime {
namespace {

using test::World;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

// "index text" of chunks, the type of events.
std::vector<std::string> brief(const std::vector<std::string>& seen) {
    std::vector<std::string> out;
    for (const std::string& text : seen) {
        if (!text.starts_with('{')) {
            out.push_back(text);
            continue;
        }
        const json::value chunk = parse_json(text).value();
        const auto& content = chunk.at("content");
        out.push_back(to_json(chunk.at("index")) + " " +
                      std::string(content.is_object() ? content.at("text").as_string()
                                                      : content.as_string()));
    }
    return out;
}

std::vector<std::string> brief(const std::vector<PublishedChunk>& chunks) {
    std::vector<std::string> texts;
    for (const PublishedChunk& chunk : chunks) texts.push_back(*chunk.text);
    return brief(texts);
}

struct LiveOutput : testing::Test {
    World world;
    std::shared_ptr<test::Watcher> watcher = std::make_shared<test::Watcher>();
    std::shared_ptr<test::Watcher> late = std::make_shared<test::Watcher>();
    RunId run = world.next_run_id();

    void start_watched(const std::vector<std::string>& types) {
        world.hub.watch_run(run, watcher);
        world.start_as(run, types);
        world.turn();
    }
};

TEST_F(LiveOutput, WaitsForTheEventsBeforeIt) {
    start_watched({"script"});
    world.print("one");
    EXPECT_TRUE(watcher->seen.empty());
    world.commit();
    EXPECT_THAT(brief(watcher->seen), ElementsAre("RUN_CREATED", "RUN_STARTED", "NODE_SCHEDULED",
                                                  "NODE_STARTED", "0 one"));
    world.print("two");
    EXPECT_EQ(brief(watcher->seen).back(), "1 two");
}

TEST_F(LiveOutput, StaysBetweenTheEventsOfOneCommit) {
    start_watched({"script", "script"});
    world.commit();
    watcher->seen.clear();
    world.answer_scripts("1");
    world.print("two");
    world.answer_scripts("2");
    world.commit();
    EXPECT_THAT(brief(watcher->seen),
                ElementsAre("NODE_COMPLETED", "NODE_SCHEDULED", "NODE_STARTED", "0 two",
                            "NODE_COMPLETED", "RUN_COMPLETED"));
}

TEST_F(LiveOutput, IsCompleteWhenTheLastLinesComeWithTheReply) {
    start_watched({"script"});
    world.commit();
    world.print("one");
    watcher->seen.clear();
    sandbox::Reply reply;
    reply.id = world.scripts.calls.front().id;
    reply.outcome = sandbox::CodeResult{JsonText::trusted("1")};
    reply.logs = {{sandbox::LogLevel::log, "one"}, {sandbox::LogLevel::warn, "two"}};
    world.scripts.replies.push_back(std::move(reply));
    world.turn();
    world.commit();
    EXPECT_THAT(brief(watcher->seen), ElementsAre("1 two", "NODE_COMPLETED", "RUN_COMPLETED"));
}

TEST_F(LiveOutput, HasTheFieldsOfTheContract) {
    start_watched({"script"});
    world.commit();
    world.print("quote \" and line\n");
    const json::value chunk = parse_json(watcher->seen.back()).value();
    EXPECT_EQ(chunk.at("runId"), json::value(to_string(run)));
    EXPECT_EQ(chunk.at("nodeId"), "n0");
    EXPECT_EQ(chunk.at("type"), "log");
    EXPECT_EQ(chunk.at("content").at("level"), "log");
    EXPECT_EQ(chunk.at("content").at("text"), "quote \" and line\n");
    EXPECT_THAT(std::string(chunk.at("at").as_string()), EndsWith("Z"));
}

TEST_F(LiveOutput, SoFarIsGivenToWhoComesLate) {
    start_watched({"script"});
    world.commit();
    world.print("one");
    world.print("two");
    EXPECT_THAT(brief(world.hub.watch_run(run, late)), ElementsAre("0 one", "1 two"));
    world.print("three");
    EXPECT_THAT(brief(late->seen), ElementsAre("2 three"));
}

TEST_F(LiveOutput, IsKeptWhenNobodyWatchesAndForgottenWhenTheNodeEnds) {
    world.start_as(run, {"script", "call"});
    world.turn();
    world.commit();
    world.print("one");
    EXPECT_TRUE(world.hub.has_chunks());
    EXPECT_THAT(brief(world.hub.watch_run(run, late)), ElementsAre("0 one"));
    world.hub.unwatch_run(run, late.get());
    world.answer_scripts("1");
    world.commit();
    EXPECT_FALSE(world.hub.has_chunks());
    EXPECT_TRUE(world.hub.watch_run(run, late).empty());
}

TEST_F(LiveOutput, OfACancelledRunIsForgotten) {
    start_watched({"script"});
    world.commit();
    world.print("one");
    world.cancel(run);
    world.turn();
    world.commit();
    EXPECT_FALSE(world.hub.has_chunks());
    EXPECT_EQ(watcher->seen.back(), "RUN_CANCELLED");
}

TEST_F(LiveOutput, ComesFromPerformersOutsideToo) {
    start_watched({"call"});
    world.commit();
    const auto show = world.outside.started.front().request.show;
    show({nodes::ChunkType::token, JsonText::string("Hel")});
    show({nodes::ChunkType::token, JsonText::string("lo")});
    world.turn();
    EXPECT_EQ(brief(watcher->seen).back(), "1 lo");
    EXPECT_THAT(watcher->seen.back(), HasSubstr(R"("type":"token")"));
    world.finish_outside("1");
    show({nodes::ChunkType::token, JsonText::string("too late")});
    world.turn();
    world.commit();
    EXPECT_EQ(watcher->seen.back(), "RUN_COMPLETED");
    EXPECT_FALSE(world.hub.has_chunks());
}

TEST_F(LiveOutput, OfTokensIsPutTogetherForWhoComesLate) {
    start_watched({"call"});
    world.commit();
    const auto show = world.outside.started.front().request.show;
    for (const char* token : {"H\u00e9", "llo ", "\U0001f600", "!"})
        show({nodes::ChunkType::token, JsonText::string(token)});
    show({nodes::ChunkType::data, JsonText::string("thought")});
    show({nodes::ChunkType::token, JsonText::string("end")});
    world.turn();
    const auto so_far = world.hub.watch_run(run, late);
    EXPECT_THAT(brief(so_far), ElementsAre("0 H\u00e9llo \U0001f600!", "4 thought", "5 end"));
    const auto offset_of = [](const std::string& chunk) {
        return parse_json(chunk).value().at("offset").as_int64();
    };
    EXPECT_EQ(offset_of(*so_far[0].text), 0);
    EXPECT_EQ(offset_of(*so_far[2].text), 9);  // the smiley counts twice in a browser
    EXPECT_EQ(offset_of(watcher->seen.back()), 9);
    show({nodes::ChunkType::token, JsonText::string("more")});
    world.turn();
    EXPECT_EQ(offset_of(late->seen.back()), 12);
}

TEST_F(LiveOutput, KeepsMoreTextThanItsChunksWouldTake) {
    start_watched({"call"});
    world.commit();
    const auto show = world.outside.started.front().request.show;
    constexpr std::size_t tokens = limits::chunk_bytes_per_node / 8;
    for (std::size_t i = 0; i < tokens; ++i) {
        show({nodes::ChunkType::token, JsonText::string("12345678")});
        if (i % 1'000 == 0) world.turn();
    }
    world.turn();
    const auto kept = world.hub.watch_run(run, late);
    EXPECT_LT(kept.size(), 100U);
    EXPECT_EQ(parse_json(*kept.front().text).value().at("offset"), 0);
}

TEST_F(LiveOutput, KeepsTheLatestWithinItsLimit) {
    start_watched({"call"});
    world.commit();
    const auto show = world.outside.started.front().request.show;
    const std::string piece(limits::chunk_bytes_per_node / 8, 'x');
    for (int i = 0; i < 20; ++i) show({nodes::ChunkType::data, JsonText::string(piece)});
    world.turn();
    const auto kept = world.hub.watch_run(run, late);
    ASSERT_EQ(kept.size(), 7u);
    EXPECT_EQ(parse_json(*kept.back().text).value().at("index"), 19);
    std::size_t bytes = 0;
    for (const PublishedChunk& chunk : kept) bytes += chunk.text->size();
    EXPECT_LE(bytes, limits::chunk_bytes_per_node);
}

// A run whose node shows a text, on a shard with room for no other run.
struct EvictedLiveOutput : testing::Test {
    EvictedLiveOutput() {
        world.vault.replace({{"KEY", {model::EnvKind::secret, "sk-live-0123456789"}}});
        world.start_as(run, {"call"});
        world.turn();
        world.commit_all();
        request = world.outside.started.front().request;
    }

    void start_others() {
        for (int i = 0; i < 3; ++i) world.start({"signal"});
        world.turn();
        world.commit_all();
    }
    void show(const std::string& text) {
        request.show({nodes::ChunkType::token, JsonText::string(text)});
        world.turn();
    }
    // What somebody sees who comes now.
    std::vector<std::string> seen() { return brief(world.hub.watch_run(run, late)); }

    World world{{.runs_in_memory = 1}};
    std::shared_ptr<test::Watcher> late = std::make_shared<test::Watcher>();
    RunId run = world.next_run_id();
    nodes::PerformRequest request;
};

TEST_F(EvictedLiveOutput, IsReadFromItsBeginningThoughNobodyLooks) {
    start_others();
    show("say sk-live-");
    EXPECT_THAT(seen(), ElementsAre("0 say "));
    show("0123456789.");
    EXPECT_THAT(brief(late->seen), ElementsAre("1 [redacted]."));
}

TEST_F(EvictedLiveOutput, KeepsItsRunInMemoryUntilTheNodeEnds) {
    show("say sk-");
    start_others();
    show("live-");
    EXPECT_THAT(seen(), ElementsAre("0 say "));
    show("0123456789.");
    EXPECT_THAT(brief(late->seen), ElementsAre("1 [redacted]."));
    EXPECT_EQ(world.metrics.runs_in_memory.load(), 1);
    world.finish_outside("1");
    world.turn();
    world.commit_all();
    start_others();
    EXPECT_EQ(world.metrics.runs_in_memory.load(), 1);
    show("too late");
    EXPECT_EQ(late->seen.back(), "RUN_COMPLETED");
}

}  // namespace
}  // namespace swiftgrid::runtime

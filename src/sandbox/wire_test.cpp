#include "sandbox/wire.h"

#include <cstdlib>
#include <iostream>
#include <random>

#include <gmock/gmock.h>

#include "sandbox/random_numbers.h"
#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {
namespace {

RawReply sample_reply() {
    RawReply reply;
    reply.sequence = 7;
    reply.duration_us = 12;
    reply.retires = true;
    reply.logs = {{LogLevel::warn, "careful"}, {LogLevel::log, ""}};
    RawResult value;
    value.json = "[1]";
    value.truthy = true;
    RawResult failure;
    failure.is_error = true;
    failure.error = {"script_error", "TypeError: x", 3, 4};
    reply.results = {value, failure};
    return reply;
}

std::string frame_of(const RawReply& reply) {
    std::string bytes;
    append_reply(bytes, reply);
    return bytes.substr(frame_head_bytes);
}

TEST(Wire, ReplyComesBackAsItWas) {
    const auto reply = read_reply(frame_of(sample_reply()));
    ASSERT_TRUE(reply.has_value());
    EXPECT_EQ(reply->sequence, 7u);
    EXPECT_TRUE(reply->retires);
    EXPECT_FALSE(reply->skipped);
    ASSERT_EQ(reply->logs.size(), 2u);
    EXPECT_EQ(reply->logs[0].level, LogLevel::warn);
    EXPECT_EQ(reply->logs[0].text, "careful");
    ASSERT_EQ(reply->results.size(), 2u);
    EXPECT_EQ(reply->results[0].json, "[1]");
    EXPECT_TRUE(reply->results[0].truthy);
    EXPECT_EQ(reply->results[1].error, (ScriptError{"script_error", "TypeError: x", 3, 4}));
}

TEST(Wire, RequestComesBackAsItWas) {
    std::string bytes;
    Call call{1,
              Expressions{{"value + 1", "trigger"},
                          {{"value", JsonText::trusted("[1]")},
                           {"unused", JsonText::trusted("2")},
                           {"value", JsonText::trusted("3")},
                           {"class", JsonText::trusted("4")}},
                          true},
              250};
    ASSERT_TRUE(append_request(bytes, 9, call).has_value());
    const auto frame = next_frame(bytes, request_bytes_max);
    ASSERT_TRUE(frame.has_value() && frame->has_value());
    const auto request = read_request(**frame);
    ASSERT_TRUE(request.has_value());
    EXPECT_EQ(request->sequence, 9u);
    EXPECT_EQ(request->time_ms, 250);
    EXPECT_EQ(request->kind, WorkKind::stop_at_first_true);
    ASSERT_EQ(request->sources.size(), 2u);
    EXPECT_EQ(request->sources[1], "trigger");
    EXPECT_EQ(request->sources[1].data()[7], '\0');
    ASSERT_EQ(request->bindings.size(), 1u);
    EXPECT_EQ(request->bindings[0].name, "value");
    EXPECT_EQ(request->bindings[0].json, "[1]");
}

TEST(Wire, FramesAreFoundOnlyWhole) {
    std::string bytes;
    append_reply(bytes, sample_reply());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto frame = next_frame(std::string_view(bytes).substr(0, size), reply_bytes_max);
        ASSERT_TRUE(frame.has_value());
        EXPECT_FALSE(frame->has_value());
    }
    EXPECT_TRUE(next_frame(bytes, reply_bytes_max)->has_value());
    EXPECT_FALSE(next_frame(bytes, 8).has_value()) << "larger than allowed";
}

TEST(Wire, CutAndChangedRepliesAreRefusedOrHarmless) {
    const char* given = std::getenv("SWIFTGRID_TEST_SEED");
    const unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device{}();
    std::cout << "SWIFTGRID_TEST_SEED=" << seed << "\n";
    std::mt19937 random(seed);
    const std::string frame = frame_of(sample_reply());
    for (std::size_t size = 0; size < frame.size(); ++size) {
        EXPECT_FALSE(read_reply(std::string_view(frame).substr(0, size)).has_value()) << size;
    }
    for (int i = 0; i < 20'000; ++i) {
        std::string changed = frame;
        for (int change = 0; change < 3; ++change) {
            changed[random() % changed.size()] = static_cast<char>(random());
        }
        auto reply = read_reply(changed);
        if (reply) checked_reply(*std::move(reply), 1);
    }
}

TEST(Wire, RepliesAreNotBelieved) {
    RawReply reply;
    reply.is_code = true;
    reply.results.resize(1);
    reply.results[0].json = "{\"a\":";
    EXPECT_EQ(std::get<ScriptError>(checked_reply(reply, 1).outcome).code, "script_result_invalid");
    reply.results[0].json = std::string("\"\xFF\"");
    EXPECT_EQ(std::get<ScriptError>(checked_reply(reply, 1).outcome).code, "script_result_invalid");
    reply.error = ScriptError{"made_up", std::string("\xFF text"), 0, 0};
    reply.logs = {{LogLevel::log, "\xC0\x80"}};
    const Reply checked = checked_reply(reply, 1);
    EXPECT_EQ(std::get<ScriptError>(checked.outcome).code, "script_crashed");
    EXPECT_EQ(std::get<ScriptError>(checked.outcome).message, "\xEF\xBF\xBD text");
    EXPECT_EQ(checked.logs[0].text, "\xEF\xBF\xBD");
}

TEST(Wire, NamesThatCannotBeParametersAreLeftOut) {
    for (const char* name : {"", "1a", "a-b", "a b", "await", "eval", "arguments", "class", "let",
                             "a)", "a,b", "\xC3\xA4"}) {
        EXPECT_FALSE(is_bindable_name(name)) << name;
    }
    for (const char* name : {"a", "$trigger", "_x1", "value", "INPUT"}) {
        EXPECT_TRUE(is_bindable_name(name)) << name;
    }
}

TEST(Utf8, KeepsWhatIsValidAndCutsAtACharacter) {
    EXPECT_EQ(valid_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 100),
              "a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(valid_utf8("a\xC3\xA4", 2), "a");
    EXPECT_EQ(valid_utf8("\xED\xA0\xBDx", 100), "\xEF\xBF\xBDx");
    EXPECT_EQ(valid_utf8("\xC3", 100), "\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80", 100), "\xEF\xBF\xBD");
}

TEST(Utf8, ReplacesEscapedHalvesOnly) {
    std::string json = R"(["\\ud800","\ud800","\n\udfff\"","\u0001\ud7ff"])";
    replace_lone_surrogate_escapes(json);
    EXPECT_EQ(json, "[\"\\\\ud800\",\"\xEF\xBF\xBD\",\"\\n\xEF\xBF\xBD\\\"\",\"\\u0001\\ud7ff\"]");
}

// The reference vector of SipHash-2-4 for the input 00 01 ... 07.
TEST(RandomNumbers, SipHashIsTheReal) {
    EXPECT_EQ(siphash({0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL}, 0x0706050403020100ULL),
              0x93f5f5799a932462ULL);
}

TEST(RandomNumbers, AreSpreadOverTheUnitInterval) {
    RandomState state = random_state_for({1, 2}, 3);
    double sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double number = next_random(state);
        ASSERT_GE(number, 0.0);
        ASSERT_LT(number, 1.0);
        sum += number;
    }
    EXPECT_NEAR(sum / 10'000, 0.5, 0.02);
}

}  // namespace
}  // namespace swiftgrid::sandbox

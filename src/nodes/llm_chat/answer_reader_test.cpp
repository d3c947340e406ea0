// Recorded streams of many servers (tests/llm/recorded), cut at every border of a byte.

#include "nodes/llm_chat/answer_reader.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "net/event_stream_reader.h"
#include "nodes/llm_chat/usage.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

std::string recorded(std::string_view name) {
    const auto here = std::filesystem::path(__FILE__).parent_path();
    std::ifstream file(here / "../../../tests/llm/recorded" / (std::string(name) + ".sse"),
                       std::ios::binary);
    EXPECT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string tool_text(const std::vector<ToolCall>& calls) {
    std::string out;
    for (const ToolCall& call : calls)
        out += (out.empty() ? "" : " ") + call.id + ":" + call.name + call.arguments;
    return out;
}

// All that was read, in a line.
std::string summary(const Answer& answer) {
    std::string out = answer.content;
    if (!answer.reasoning.empty()) out += " |thought " + answer.reasoning;
    if (!answer.refusal.empty()) out += " |refused " + answer.refusal;
    if (!answer.tool_calls.empty()) out += " |tools " + tool_text(answer.tool_calls);
    out += " |" + answer.finish_reason + (answer.done ? "+done" : "");
    if (!answer.model.empty()) out += " |" + answer.model;
    if (answer.usage) out += " |" + to_json(to_json_object(*answer.usage));
    if (answer.error) out += " |error " + answer.error->code + " " + answer.error->message;
    return out;
}

struct Read {
    std::string summary;
    std::string shown;  // what watchers were given, put together
    std::string shown_thoughts;
};

Read read(const std::vector<std::string_view>& pieces) {
    net::EventStreamReader events(1'000'000);
    AnswerReader reader;
    Read read;
    const auto show = [&](const Added& added) {
        read.shown += added.content;
        read.shown_thoughts += added.reasoning;
    };
    const auto on_event = [&](const net::StreamEvent& event) {
        Added added;
        reader.read_event(event.data, added);
        show(added);
    };
    for (const std::string_view piece : pieces) EXPECT_TRUE(events.feed(piece, on_event));
    events.finish(on_event);
    show(reader.finish());
    read.summary = summary(reader.answer());
    EXPECT_EQ(read.shown, reader.answer().content);
    EXPECT_EQ(read.shown_thoughts, reader.answer().reasoning);
    return read;
}

std::string read_at_every_border(std::string_view stream) {
    const std::string whole = read({stream}).summary;
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        const std::string parts = read({stream.substr(0, cut), stream.substr(cut)}).summary;
        EXPECT_EQ(parts, whole) << "cut at byte " << cut;
        if (parts != whole) break;
    }
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
    EXPECT_EQ(read(bytes).summary, whole) << "byte by byte";
    return whole;
}

struct Recording {
    std::string_view name;
    std::string_view expected;
};

TEST(AnswerReader, ReadsWhatServersSendWhereverItIsCut) {
    const std::vector<Recording> recordings = {
        {"openai",
         R"(Grüße, 世界 😀! |stop+done |gpt-4o-2024-08-06 |{"prompt_tokens":12,"completion_tokens":7,"total_tokens":19,"reasoning_tokens":0,"cached_tokens":4})"},
        {"openai_refusal",
         R"( |refused I'm sorry, I can't help. |stop+done |gpt-4o-2024-08-06 |{"prompt_tokens":20,"completion_tokens":8,"total_tokens":28})"},
        {"openai_tools",
         R"( |tools call_1:weather{"city":"Bonn"} call_2:time{} |tool_calls+done |gpt-4o-2024-08-06 |{"prompt_tokens":50,"completion_tokens":30,"total_tokens":80})"},
        {"ollama",
         R"(Hello there |stop+done |llama3.2 |{"prompt_tokens":26,"completion_tokens":3,"total_tokens":29})"},
        {"ollama_reasoning",
         R"(4 |thought Two and two. |stop+done |llama3.2 |{"prompt_tokens":9,"completion_tokens":11,"total_tokens":20})"},
        {"vllm",
         R"(One two |stop+done |Qwen/Qwen2.5-7B-Instruct |{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7})"},
        {"vllm_reasoning",
         R"(Yes. |thought Hm, yes. |stop+done |Qwen/Qwen2.5-7B-Instruct |{"prompt_tokens":7,"completion_tokens":9,"total_tokens":16})"},
        {"lm_studio", "Done. |thought Let me see. |stop+done |qwen2.5-7b-instruct"},
        {"llama_cpp",
         R"(The end |length+done |gpt-3.5-turbo |{"prompt_tokens":28,"completion_tokens":2,"total_tokens":30})"},
        {"mistral",
         R"(Bonjour |thought Short. |stop+done |mistral-small-latest |{"prompt_tokens":4,"completion_tokens":3,"total_tokens":7})"},
        {"groq",
         R"(Fast |stop+done |llama-3.3-70b-versatile |{"prompt_tokens":11,"completion_tokens":2,"total_tokens":13})"},
        {"deepseek",
         R"(Then speak. |thought First think. |stop+done |deepseek-reasoner |{"prompt_tokens":16,"completion_tokens":20,"total_tokens":36,"reasoning_tokens":12,"cached_tokens":8})"},
        {"azure",
         R"(Blocks of tokens |stop+done |gpt-4o-2024-05-13 |{"prompt_tokens":8,"completion_tokens":4,"total_tokens":12})"},
        {"openrouter",
         R"(Claude here |thought Hmm |stop+done |anthropic/claude-3.5-sonnet |{"prompt_tokens":14,"completion_tokens":5,"total_tokens":19,"cost_usd":0.000117})"},
        {"openrouter_error",
         "Half |error+done |anthropic/claude-3.5-sonnet |error 502 Provider returned error: "
         "upstream gone"},
        {"error_at_once", " | |error 503 The model is overloaded"},
        {"crlf_and_byte_order_mark", "ab |stop+done |gpt-4o-2024-08-06"},
        {"cr_without_space", "ab |stop+done |gpt-4o-2024-08-06"},
        {"multi_line_data", "two lines |stop+done"},
        {"just_closed", "No done |stop |gpt-4o-2024-08-06"},
        {"cut_off", "Cut of | |gpt-4o-2024-08-06"},
        {"broken_character", "bad \xef\xbf\xbd\xef\xbf\xbd byte |stop+done"},
        {"whole_tool_calls", R"( |tools a:f{"x":1} b:g{"y":2} |tool_calls+done)"},
    };
    for (const Recording& recording : recordings) {
        SCOPED_TRACE(recording.name);
        EXPECT_EQ(read_at_every_border(recorded(recording.name)), recording.expected);
    }
}

TEST(AnswerReader, ReadsWholeMessages) {
    AnswerReader reader;
    EXPECT_TRUE(reader.read_body(
        R"({"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"<think>a</think>b","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})"));
    EXPECT_EQ(
        summary(reader.answer()),
        R"(b |thought a |stop |m |{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3})");
}

TEST(AnswerReader, SaysWhatIsNotOfTheProtocol) {
    for (const char* body : {"", "<html>", "[]", "7", "{}", R"({"models":[]})"}) {
        AnswerReader reader;
        EXPECT_FALSE(reader.read_body(body)) << body;
    }
    AnswerReader reader;
    Added added;
    EXPECT_FALSE(reader.read_event("<html>", added));
    EXPECT_FALSE(reader.read_event("[]", added));
    EXPECT_TRUE(reader.read_event("", added));
}

TEST(AnswerReader, TakesTheFirstOfSeveralChoices) {
    AnswerReader reader;
    Added added;
    EXPECT_TRUE(reader.read_event(
        R"({"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]})",
        added));
    EXPECT_EQ(added.content, "yes");
}

TEST(ThoughtSplitter, LeavesTagsInMidAnswerAlone) {
    const auto split = [](std::initializer_list<std::string_view> pieces) {
        ThoughtSplitter splitter;
        Added all;
        const auto add = [&](const Added& added) {
            all.content += added.content;
            all.reasoning += added.reasoning;
        };
        for (const std::string_view piece : pieces) add(splitter.feed(piece));
        add(splitter.finish());
        return all.reasoning + "|" + all.content;
    };
    EXPECT_EQ(split({"Use <think>x</think> tags"}), "|Use <think>x</think> tags");
    EXPECT_EQ(split({"\n<thi", "nk>x", "</think>", "\n\n y"}), "x| y");
    EXPECT_EQ(split({"<think>never closed"}), "never closed|");
    EXPECT_EQ(split({"<thin", "g>"}), "|<thing>");
    EXPECT_EQ(split({"<th"}), "|<th");
    EXPECT_EQ(split({"<think>a <", "/", "b>", "</think>c"}), "a </b>|c");
}

std::string error_text(std::string_view body) {
    const auto error = read_error(parse_json(body).value());
    return error ? error->code + "|" + error->type + "|" + error->message : "none";
}

TEST(ReadError, KnowsTheFormsThatAreInUse) {
    EXPECT_EQ(error_text(R"({"error":{"message":"No","type":"t","param":null,"code":"c"}})"),
              "c|t|No");
    EXPECT_EQ(error_text(R"({"error":{"message":"No","type":"t","code":401}})"), "401|t|No");
    EXPECT_EQ(error_text(R"({"error":"model not found"})"), "||model not found");
    EXPECT_EQ(error_text(R"({"object":"error","message":"No","type":"t","code":400})"), "400|t|No");
    EXPECT_EQ(error_text(R"([{"error":{"message":"No","code":403}}])"), "403||No");
    EXPECT_EQ(error_text(R"({"detail":"Not Found"})"), "||Not Found");
    EXPECT_EQ(error_text(R"({"detail":[{"msg":"x"}]})"), R"(||[{"msg":"x"}])");
    EXPECT_EQ(error_text(R"({"message":"No"})"), "||No");
    EXPECT_EQ(
        error_text(R"({"error":{"message":"No","code":null,"innererror":{"code":"Filtered"}}})"),
        "Filtered||No");
    EXPECT_EQ(error_text(R"({"choices":[],"error":null})"), "none");
    EXPECT_EQ(error_text("7"), "none");
}

TEST(ReadUsage, ToleratesWhatIsMissingOrOdd) {
    const auto usage_text = [](std::string_view text) {
        const auto usage = read_usage(parse_json(text).value());
        return usage ? to_json(to_json_object(*usage)) : "none";
    };
    EXPECT_EQ(usage_text("null"), "none");
    EXPECT_EQ(usage_text("{}"), "none");
    EXPECT_EQ(usage_text(R"({"prompt_tokens":-1,"completion_tokens":"9"})"), "none");
    EXPECT_EQ(usage_text(R"({"prompt_tokens":3,"total_tokens":5})"),
              R"({"prompt_tokens":3,"completion_tokens":2,"total_tokens":5})");
    EXPECT_EQ(usage_text(R"({"completion_tokens":2.0,"prompt_tokens":1e3})"),
              R"({"prompt_tokens":1000,"completion_tokens":2,"total_tokens":1002})");
}

}  // namespace
}  // namespace swiftgrid::nodes::llm_chat

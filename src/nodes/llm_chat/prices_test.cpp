#include "nodes/llm_chat/prices.h"

#include <gtest/gtest.h>

#include "nodes/llm_chat/presets.h"
#include "nodes/llm_chat/usage.h"

namespace swiftgrid::nodes::llm_chat {
namespace {

Usage counted(std::int64_t prompt, std::int64_t completion) {
    Usage usage;
    usage.prompt_tokens = prompt;
    usage.completion_tokens = completion;
    usage.total_tokens = prompt + completion;
    return usage;
}

std::string priced_as(const PriceTable& table, std::string_view provider, std::string_view model) {
    const ModelPrice* price = table.find(provider, model);
    return price ? price->provider + "/" + price->model : "none";
}

TEST(PriceTable, KnowsTheFormsOfAModelsName) {
    const PriceTable& table = PriceTable::defaults();
    EXPECT_EQ(priced_as(table, "openai", "gpt-4o"), "openai/gpt-4o");
    EXPECT_EQ(priced_as(table, "openai", "gpt-4o-2024-08-06"), "openai/gpt-4o");
    EXPECT_EQ(priced_as(table, "openai", "gpt-4o-mini-2024-07-18"), "openai/gpt-4o-mini");
    EXPECT_EQ(priced_as(table, "openai", "gpt-4o-audio-preview"), "none");
    EXPECT_EQ(priced_as(table, "groq", "gpt-4o"), "none");
    EXPECT_EQ(priced_as(table, "ollama", "whatever:7b"), "ollama/*");
}

TEST(PriceTable, CountsCachedTokensApart) {
    Usage usage = counted(1'000'000, 500'000);
    EXPECT_DOUBLE_EQ(*PriceTable::defaults().cost_usd("openai", "gpt-4o", usage), 2.5 + 5);
    usage.cached_tokens = 1'000'000;
    EXPECT_DOUBLE_EQ(*PriceTable::defaults().cost_usd("openai", "gpt-4o", usage), 1.25 + 5);
    EXPECT_EQ(PriceTable::defaults().cost_usd("custom", "unknown", usage), std::nullopt);
}

TEST(PriceTable, PutsAnOperatorsLinesFirst) {
    const auto table = PriceTable::with(
        parse_json(R"({"models":[{"provider":"openai","model":"gpt-4o","input":1,"output":1},
                                 {"model":"our-model","input":0,"output":3}]})")
            .value());
    ASSERT_TRUE(table);
    EXPECT_EQ(table->find("openai", "gpt-4o")->input_usd, 1);
    EXPECT_EQ(table->find("custom", "our-model")->output_usd, 3);
    EXPECT_EQ(table->find("openai", "o1")->input_usd, 15);
}

TEST(PriceTable, NamesTheLineThatIsWrong) {
    const auto problem = [](std::string_view text) {
        const auto table = PriceTable::with(parse_json(text).value());
        return table ? "fine" : table.error().message;
    };
    EXPECT_NE(problem("[]").find("the list 'models'"), std::string::npos);
    EXPECT_EQ(problem(R"({"models":[1]})"), "models[0]: expected an object");
    EXPECT_EQ(problem(R"({"models":[{"input":1,"output":1}]})"),
              "models[0]: 'model' is missing; give a name or \"*\"");
    EXPECT_EQ(problem(R"({"models":[{"model":"m","input":-1,"output":1}]})"),
              "models[0]: 'input' must be dollars per million tokens, from 0 to 1000000");
    EXPECT_EQ(problem(R"({"models":[{"model":"m","input":"1","output":1}]})"),
              "models[0]: 'input' must be dollars per million tokens, from 0 to 1000000");
    EXPECT_EQ(problem(R"({"models":[{"model":"m","input":1,"output":1},{"modle":"m"}]})"),
              "models[1]: 'modle' is not known; a line has provider, model, input, cachedInput, "
              "output");
    EXPECT_EQ(problem(R"({"models":[{"model":"m","input":1}]})"),
              "models[0]: 'input' and 'output' are both needed");
}

TEST(Usage, IsGuessedWhenNothingIsReported) {
    EXPECT_EQ(estimate_tokens(""), 0);
    EXPECT_EQ(estimate_tokens("four"), 1);
    EXPECT_EQ(estimate_tokens("fours"), 2);
    EXPECT_EQ(estimate_tokens("世界"), 2);
    Answer answer;
    answer.content = "12345678";
    answer.reasoning = "1234";
    Usage expected = counted(1, 3);
    expected.estimated = true;
    EXPECT_EQ(usage_of(answer, "1234"), expected);
}

TEST(Usage, OfTwoRequestsIsTheirSum) {
    Usage one = counted(1, 2);
    one.cached_tokens = 1;
    one.cost_usd = 0.5;
    Usage other = counted(10, 20);
    other.estimated = true;
    EXPECT_EQ(to_json(to_json_object(sum(one, other))),
              R"({"prompt_tokens":11,"completion_tokens":22,"total_tokens":33,)"
              R"("cached_tokens":1,"cost_usd":0.5,"estimated":true})");
}

TEST(Presets, AreThoseOfTheContractAndKnownByTheirAddresses) {
    std::string ids;
    for (const Preset& preset : presets()) {
        ids += std::string(preset.id) + " ";
        EXPECT_EQ(provider_of(preset.base_url), preset.id);
        EXPECT_EQ(find_preset(preset.id), &preset);
    }
    EXPECT_EQ(ids, "openai groq openrouter ollama together fireworks custom ");
    EXPECT_EQ(provider_of("http://192.168.1.5:11434/v1"), "ollama");
    EXPECT_EQ(provider_of("https://api.openai.com.evil.example/v1"), "custom");
    EXPECT_EQ(provider_of(""), "custom");
    EXPECT_EQ(find_preset("acme"), nullptr);
    EXPECT_EQ(presets_json().at("items").get_array().size(), 7U);
}

}  // namespace
}  // namespace swiftgrid::nodes::llm_chat

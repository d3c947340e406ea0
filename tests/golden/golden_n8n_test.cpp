// Workflows of n8n, written by us, and what becomes of them: the documents, the report, and the
// problems that people have to mend afterwards. SWIFTGRID_GOLDEN=accept writes them anew; then read
// the diff.

#include <gtest/gtest.h>

#include "base/json.h"
#include "control/n8n/convert.h"
#include "control/problem_view.h"
#include "model/validate.h"
#include "nodes/registry.h"
#include "tests/golden/golden_file.h"

namespace swiftgrid::testing {
namespace {

const std::filesystem::path n8n_folder = std::filesystem::path(SWIFTGRID_GOLDEN_DIR) / "n8n";

json::object result_of(const std::filesystem::path& file) {
    const auto workflow = parse_json(read_text(file)).value();
    EXPECT_TRUE(control::n8n::looks_like_n8n(workflow)) << file;
    auto converted = control::n8n::convert(workflow);
    EXPECT_TRUE(converted) << file;
    const model::NodeTypes types = nodes::make_node_types();
    json::array documents;
    json::array problems;
    for (const json::object& document : converted->documents) {
        const auto read = model::read_and_validate(document, types);
        EXPECT_TRUE(read.flow) << file;
        problems.push_back(control::problems_json(read.problems));
        documents.push_back(document);
    }
    return {{"documents", std::move(documents)},
            {"problems", std::move(problems)},
            {"report", control::report_json(converted->report)}};
}

TEST(GoldenN8n, BecomesTheseDocuments) {
    int count = 0;
    for (const auto& file : files_in(n8n_folder, ".json")) {
        ++count;
        const auto expected = n8n_folder / "flows" / file.filename();
        const std::string text = to_pretty_json(result_of(file)) + "\n";
        if (accepts_golden()) write_text(expected, text);
        EXPECT_EQ(text, read_text(expected)) << file;
    }
    EXPECT_GE(count, 5);
}

}  // namespace
}  // namespace swiftgrid::testing

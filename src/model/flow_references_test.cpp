#include "model/flow_references.h"

#include <gtest/gtest.h>

#include "model/test_types.h"

namespace swiftgrid::model {
namespace {

std::string replaced_in(std::string_view text) {
    static const NodeTypes types = test_types();
    json::value document = parse_json(text).value();
    visit_flow_references(document, types, [](json::string& id) { id = "new-" + std::string(id); });
    return to_json(document);
}

TEST(FlowReferences, AreTheFieldsThatNameFlowsInEveryNode) {
    EXPECT_EQ(replaced_in(
                  R"({"graph":{"nodes":[{"type":"work","data":{"flow":"a","url":"a"}},)"
                  R"({"type":"step","data":{"flow":"a"}},{"type":"WORK","data":{"flow":"b"}}]}})"),
              R"({"graph":{"nodes":[{"type":"work","data":{"flow":"new-a","url":"a"}},)"
              R"({"type":"step","data":{"flow":"a"}},{"type":"WORK","data":{"flow":"new-b"}}]}})");
}

TEST(FlowReferences, PassOverWhatIsNoFlow) {
    for (const char* text : {"7", "{}", R"({"graph":[]})", R"({"graph":{"nodes":{}}})",
                             R"({"graph":{"nodes":[1,{"type":2},{"type":"work"},)"
                             R"({"type":"work","data":{"flow":3}},{"type":"none","data":{}}]}})"})
        EXPECT_EQ(replaced_in(text), text);
}

}  // namespace
}  // namespace swiftgrid::model

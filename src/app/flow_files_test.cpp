#include "app/flow_files.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/host.h"
#include "base/assert.h"

namespace swiftgrid::app {
namespace {

class FlowFilesTest : public testing::Test {
protected:
    FlowFilesTest() : zygote_(sandbox::Zygote::start()) {
        SG_ASSERT(zygote_.has_value(), "scripts can be confined on this machine");
        auto host = Host::create({"", {}, 1}, *zygote_);
        SG_ASSERT(host.has_value(), "a store in memory opens");
        host_ = std::move(*host);
        files_.emplace(host_->flows(), host_->types);
        std::string pattern = (std::filesystem::temp_directory_path() / "flows-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    ~FlowFilesTest() override { std::filesystem::remove_all(folder_); }

    // A flow with this id that calls the others.
    std::string write(const std::string& name, std::string_view id,
                      const std::vector<std::string>& called) {
        json::array nodes;
        for (const std::string& flow : called)
            nodes.push_back({{"id", "call" + std::to_string(nodes.size())},
                             {"type", "sub-flow"},
                             {"data", {{"workflowId", flow}}}});
        nodes.push_back({{"id", "end"}, {"type", "code-execution"}, {"data", {{"code", ""}}}});
        const json::value document = {
            {"id", id}, {"name", name}, {"graph", {{"nodes", nodes}, {"edges", json::array()}}}};
        std::string file = folder_ + "/" + name;
        std::ofstream(file) << to_json(document);
        return file;
    }

    std::string called_by(FlowId flow) {
        const json::value view = parse_json(host_->flows().get(flow)->json).value();
        return std::string(view.at_pointer("/graph/nodes/0/data/workflowId").as_string());
    }

    Result<sandbox::Zygote> zygote_;
    std::unique_ptr<Host> host_;
    std::optional<FlowFiles> files_;
    std::string folder_;
};

TEST_F(FlowFilesTest, AreImportedWithTheFlowsThatTheyCall) {
    const auto top = write("a.json", "flw_a", {"flw_b"});
    const auto middle = write("b.json", "flw_b", {"flw_c"});
    const auto bottom = write("c.json", "flw_c", {});
    std::ofstream(folder_ + "/input.json") << "[1]";
    const auto flow = files_->import(top);
    ASSERT_TRUE(flow.has_value()) << flow.error().error.message;
    EXPECT_EQ(files_->imported(), 3U);
    EXPECT_EQ(called_by(*flow), to_string(files_->import(middle).value()));
    EXPECT_EQ(called_by(*files_->import(middle)), to_string(files_->import(bottom).value()));
    EXPECT_EQ(files_->imported(), 3U) << "what is imported is not imported again";
}

TEST_F(FlowFilesTest, ShareAFlowThatSeveralCall) {
    write("c.json", "flw_c", {});
    const auto one = files_->import(write("a.json", "flw_a", {"flw_c", "flw_c"}));
    const auto other = files_->import(write("b.json", "flw_b", {"flw_c"}));
    ASSERT_TRUE(one && other);
    EXPECT_EQ(called_by(*one), called_by(*other));
    EXPECT_EQ(files_->imported(), 3U);
}

TEST_F(FlowFilesTest, KeepTheIdOfAFlowThatIsInNoFile) {
    const auto flow = files_->import(write("a.json", "flw_a", {"flw_elsewhere"}));
    ASSERT_TRUE(flow.has_value()) << flow.error().error.message;
    EXPECT_EQ(called_by(*flow), "flw_elsewhere");
}

TEST_F(FlowFilesTest, ThatCallEachOtherInACircleAreRefused) {
    const auto first = write("a.json", "flw_a", {"flw_b"});
    write("b.json", "flw_b", {"flw_a"});
    const auto flow = files_->import(first);
    ASSERT_FALSE(flow.has_value());
    EXPECT_THAT(flow.error().error.message, testing::HasSubstr("in a circle"));
    EXPECT_EQ(files_->imported(), 0U);
}

TEST_F(FlowFilesTest, ThatCannotBeReadAreRefusedByName) {
    const auto flow = files_->import(folder_ + "/none.json");
    ASSERT_FALSE(flow.has_value());
    EXPECT_THAT(flow.error().error.message, testing::HasSubstr("none.json"));
}

}  // namespace
}  // namespace swiftgrid::app

// Data folders that earlier commits wrote (tests/golden/data) are opened by this binary: what was
// there is there unchanged, and what was open goes on and ends.

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>

#include "client.h"
#include "command_line.h"
#include "temp_folder.h"

namespace swiftgrid::e2e {
namespace {

// Members may be added; what was there must be there, with the same value.
void expect_contains(const json::value& now, const json::value& before, const std::string& where) {
    if (before.is_object() && now.is_object()) {
        for (const auto& [name, value] : before.get_object()) {
            const json::value* found = now.get_object().if_contains(name);
            const std::string path = where + "/" + std::string(name);
            if (found)
                expect_contains(*found, value, path);
            else
                ADD_FAILURE() << path << " is gone";
        }
        return;
    }
    if (before.is_array() && now.is_array()) {
        const json::array& now_items = now.get_array();
        const json::array& before_items = before.get_array();
        EXPECT_EQ(now_items.size(), before_items.size()) << where;
        for (std::size_t i = 0; i < std::min(now_items.size(), before_items.size()); ++i)
            expect_contains(now_items[i], before_items[i], where + "/" + std::to_string(i));
        return;
    }
    EXPECT_EQ(now, before) << where;
}

std::vector<std::string> golden_commits() {
    std::vector<std::string> commits;
    for (const auto& entry : std::filesystem::directory_iterator(SWIFTGRID_GOLDEN_DATA)) {
        if (entry.is_directory()) commits.push_back(entry.path().filename().string());
    }
    std::ranges::sort(commits);
    return commits;
}

std::string golden(const std::string& commit, const std::string& name) {
    return std::string(SWIFTGRID_GOLDEN_DATA) + "/" + commit + "/" + name;
}

// Unpacks the data folder of a commit and gives its path.
std::string unpack(const std::string& commit, const TempFolder& folder) {
    const ChildProcess::Spec tar{
        .arguments = {"tar", "-xzf", golden(commit, "data.tar.gz"), "-C", folder.path()}};
    if (ChildProcess(tar).wait() != 0) throw std::runtime_error("cannot unpack " + commit);
    return folder.file("data");
}

class Upgrade : public testing::TestWithParam<std::string> {
protected:
    void expect_answer(const std::string& path, const json::value& before) {
        const Answer answer = client.get(path);
        ASSERT_EQ(answer.status, 200) << path << ": " << answer.body;
        expect_contains(answer.json(), before, path);
    }
    // It ends, and the events of then are the first ones of now.
    void expect_goes_on(const json::value& open) {
        const std::string run(open.at("id").as_string());
        if (const json::value& node = open.at("resume"); node.is_string()) {
            const Answer resumed = client.post("/api/runs/" + run + "/nodes/" +
                                               std::string(node.get_string()) + "/resume");
            EXPECT_EQ(resumed.status, 202) << resumed.body;
        }
        EXPECT_EQ(client.status_at_end(run), "completed") << run;
        const json::array& before = open.at("events").as_array();
        json::array now = client.events(run);
        ASSERT_GT(now.size(), before.size()) << run;
        now.resize(before.size());
        expect_contains(now, before, run);
    }

    TempFolder folder;
    json::value expected = parse_json(read_text(golden(GetParam(), "expected.json"))).value();
    ServerProcess server{{.data_dir = unpack(GetParam(), folder)}};
    Client client{server};
};

TEST_P(Upgrade, KeepsWhatWasThereAndGoesOnWithWhatWasOpen) {
    for (const json::value& entry : expected.at("flows").as_array()) {
        json::object flow = entry.at("flow").as_object();
        flow.erase("openRunCount");  // of the runs that end here
        const std::string path = "/api/flows/" + std::string(flow.at("id").as_string());
        expect_answer(path, flow);
        for (const json::value& version : entry.at("versions").as_array())
            expect_answer(path + "/versions/" + to_json(version.at("number")), version);
    }
    ASSERT_FALSE(expected.at("ended").as_array().empty());
    for (const json::value& run : expected.at("ended").as_array())
        expect_answer("/api/runs/" + std::string(run.at("run").at("id").as_string()), run);
    ASSERT_FALSE(expected.at("open").as_array().empty());
    for (const json::value& open : expected.at("open").as_array()) expect_goes_on(open);

    EXPECT_EQ(server.terminate(), 0);
    const CommandResult doctor = run_command({"doctor", "--data-dir", server.data_dir()});
    EXPECT_EQ(doctor.exit_code, 0) << doctor.out << doctor.err;
}

TEST_P(Upgrade, RunsTheFlowsAnew) {
    for (const json::value& entry : expected.at("flows").as_array()) {
        const std::string path =
            "/api/flows/" + std::string(entry.at("flow").at("id").as_string()) + "/runs";
        const Answer started = client.post(path, R"({"input":{"n":7},"version":"active"})");
        EXPECT_EQ(started.status, 202) << started.body;
    }
}

INSTANTIATE_TEST_SUITE_P(From, Upgrade, testing::ValuesIn(golden_commits()),
                         [](const auto& info) { return "Commit" + info.param; });

}  // namespace
}  // namespace swiftgrid::e2e

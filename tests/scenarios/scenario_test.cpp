// Runs every *.scenario file beside this one. With SWIFTGRID_GOLDEN=accept it writes what really
// happens into the files instead, for a person to read and commit.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/scenarios/scenario.h"

namespace swiftgrid::testing {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string printed(const std::vector<ScenarioStep>& steps) {
    std::string out;
    for (const ScenarioStep& step : steps) {
        out += step.command + '\n';
        for (const std::string& line : step.expected) out += "  " + line + '\n';
    }
    return out;
}

bool accepts() {
    const char* mode = std::getenv("SWIFTGRID_GOLDEN");
    return mode && std::string_view(mode) == "accept";
}

class ScenarioTest : public ::testing::Test {
public:
    explicit ScenarioTest(Scenario scenario) : scenario_(std::move(scenario)) {}
    void TestBody() override {
        const ScenarioOutcome outcome = run_scenario(scenario_);
        EXPECT_EQ(printed(outcome.steps), printed(scenario_.steps));
        EXPECT_EQ(outcome.problem, "");
    }

private:
    Scenario scenario_;
};

void accept(const std::filesystem::path& path, std::vector<Scenario> scenarios) {
    for (Scenario& scenario : scenarios) scenario.steps = run_scenario(scenario).steps;
    std::ofstream(path, std::ios::binary) << print_scenarios(scenarios);
}

void register_file(const std::filesystem::path& path) {
    const auto scenarios = parse_scenarios(read_file(path));
    if (accepts()) accept(path, scenarios);
    for (const Scenario& scenario : accepts() ? parse_scenarios(read_file(path)) : scenarios)
        ::testing::RegisterTest(
            path.stem().c_str(), scenario.name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
            [scenario]() -> ::testing::Test* { return new ScenarioTest(scenario); });
}

// Before main, as TEST does.
const bool registered = [] {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(SWIFTGRID_SCENARIOS))
        if (entry.path().extension() == ".scenario") paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (const auto& path : paths) register_file(path);
    return true;
}();

}  // namespace
}  // namespace swiftgrid::testing

// What the pure core costs: a run of three nodes with and without its log's text, and one command
// in a long chain. No disk, no scripts, one thread. Prints nanoseconds.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "engine/event_codec.h"
#include "engine/handle.h"
#include "tests/scenarios/test_nodes.h"

namespace swiftgrid {
namespace {

using engine::Turn;

model::PlanPtr chain(std::size_t count, const json::value& input) {
    model::Graph graph;
    for (std::size_t i = 0; i < count; ++i) {
        json::object data;
        if (i > 0 && !input.is_null()) data["input"] = input;
        graph.nodes.push_back(testing::test_node("node" + std::to_string(i), "task", data));
        if (i == 0) continue;
        graph.edges.push_back(testing::test_edge(graph.nodes[i - 1].id, "", graph.nodes[i].id));
    }
    return testing::plan_of(graph);
}

class Bench {
public:
    Bench(model::PlanPtr plan, bool encodes) : plan_(std::move(plan)), encodes_(encodes) {}

    void run_once();
    const std::string& log() const { return log_; }
    const model::Plan& plan() const { return *plan_; }

private:
    void keep(const Turn& turn) {
        if (!encodes_) return;
        if (!log_.empty()) log_ += ',';
        engine::encode_events(log_, turn.events, turn.now(), *plan_);
    }

    model::PlanPtr plan_;
    bool encodes_;
    std::string log_;
    JsonText result_ = JsonText::trusted(R"({"status":200,"name":"Ada","items":[1,2,3]})");
};

void Bench::run_once() {
    log_.clear();
    engine::RunState run(RunId{}, plan_->nodes.size());
    engine::StartRun start;
    start.created.input = result_;
    keep(engine::handle(run, *plan_, testing::test_behaviours(), start, Instant{1},
                        engine::empty_environment));
    for (model::NodeIndex node = 0; node < plan_->nodes.size(); ++node) {
        engine::CompleteNode done;
        done.node = node;
        done.result = result_;
        done.duration_ms = 3;
        keep(engine::handle(run, *plan_, testing::test_behaviours(), done, Instant{2},
                            engine::empty_environment));
    }
}

// The best of several rounds: what the code costs when nobody else uses the machine.
template <typename Work>
double ns_each(int times, const Work& work) {
    double best = 1e18;
    for (int round = 0; round < 7; ++round) {
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < times; ++i) work();
        const auto time = std::chrono::steady_clock::now() - begin;
        best = std::min(best, std::chrono::duration<double, std::nano>(time).count() / times);
    }
    return best;
}

void print(const char* what, double ns) { std::printf("%-52s %10.0f ns\n", what, ns); }

}  // namespace
}  // namespace swiftgrid

int main() {
    using namespace swiftgrid;
    Bench plain(chain(3, nullptr), false);
    const double run = ns_each(5'000, [&] { plain.run_once(); });
    print("run of 3 nodes", run);
    print("  per command (4)", run / 4);
    Bench logged(chain(3, nullptr), true);
    print("run of 3 nodes with its log as text", ns_each(5'000, [&] { logged.run_once(); }));
    const std::string stored = "[" + logged.log() + "]";
    print("reading that log", ns_each(5'000, [&] {
              if (!engine::decode_events(stored, 1, Instant{1}, logged.plan())) std::abort();
          }));
    std::printf("%-52s %10zu bytes\n", "  its size", stored.size());
    const json::object input = {{"n", "{{prev.name}}"}, {"t", "is {{prev.items[1]}}"}};
    Bench templates(chain(3, input), false);
    print("run of 3 nodes with templates", ns_each(5'000, [&] { templates.run_once(); }));
    Bench long_chain(chain(2'000, nullptr), false);
    print("chain of 2,000 nodes, per node", ns_each(5, [&] { long_chain.run_once(); }) / 2'000);
    return 0;
}

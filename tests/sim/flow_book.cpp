#include "tests/sim/flow_book.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/assert.h"
#include "runtime/plan_cache.h"

namespace swiftgrid::sim {
namespace {

FlowId flow_id(std::size_t index) {
    FlowId flow;
    flow.uuid.bytes[6] = 0x70;
    flow.uuid.bytes[8] = 0x80;
    flow.uuid.bytes[15] = static_cast<std::uint8_t>(index + 1);
    return flow;
}

template <std::size_t size>
const char* pick(Random& random, const std::array<const char*, size>& from) {
    return from[random.below(size)];
}

// Draws one graph.
class GraphMaker {
public:
    GraphMaker(Random& random, std::size_t flows) : random_(random), flows_(flows) {}

    json::object make() {
        const std::size_t count = 1 + random_.below(7);
        for (std::size_t i = 0; i < count; ++i) add_node(i);
        for (std::size_t target = 1; target < count; ++target)
            for (std::size_t i = random_.below(3); i > 0; --i) add_edge(target);
        return {{"nodes", nodes_}, {"edges", edges_}};
    }

private:
    static std::string name(std::size_t index) { return fmt::format("n{}", index); }

    // The last node that waits for a webhook, if there is one yet.
    std::string wait_name() const {
        for (std::size_t i = nodes_.size(); i > 0; --i)
            if (nodes_[i - 1].at("type") == "webhook-wait") return name(i - 1);
        return name(0);
    }

    json::value text_template(std::size_t index) {
        const std::string source = name(random_.below(index + 1));
        switch (random_.below(7)) {
            case 0: return json::value("constant");
            case 6: return json::value("{{$run.resumeUrl." + wait_name() + "}}");
            case 1: return json::value("{{$trigger.x ?? 1}}");
            case 2: return json::value("{{" + source + ".x ?? null}}");
            case 3: return json::value("{{" + source + "}} or {{prev.x ?? 0}}");
            case 4: return json::value("{{ 1 + 1 }} and {{ $trigger.x ? 2 : 3 }}");
            default: return json::value("{{" + source + ".error.message ?? 'well'}}");
        }
    }

    json::value list_template() {
        if (random_.chance(30)) return json::value("{{$trigger.list ?? [1,2]}}");
        if (random_.chance(8)) return json::value("{{$trigger.x ?? 1}}");
        json::array list;
        for (std::size_t i = random_.below(6); i > 0; --i)
            list.push_back(random_.chance(50) ? json::value("a, \"b]") : json::value({1, {2}}));
        return list;
    }

    json::value version() {
        switch (random_.below(4)) {
            case 0: return json::value("snapshot");
            case 1: return json::value(1);
            default: return json::value("latest");
        }
    }

    std::string called_flow() {
        if (random_.chance(4)) return "no-such-flow";
        return to_string(flow_id(random_.below(flows_)));
    }

    json::object retry() {
        json::object retry{{"maxRetries", random_.below(3)},
                           {"backoffMs", random_.below(3) * 300},
                           {"jitter", random_.chance(50) ? 0.2 : 0.0}};
        if (random_.chance(30))
            retry["retryOn"] = json::array{"child_failed", 503, "timeout", "descendants_exceeded",
                                           "depth_exceeded"};
        return retry;
    }

    json::object http(std::size_t index) {
        json::object data{{"method", random_.chance(50) ? "GET" : "POST"},
                          {"url", "http://example.test/"}};
        if (random_.chance(60)) data["body"] = text_template(index);
        if (random_.chance(60)) data["retry"] = retry();
        return data;
    }

    json::object code(std::size_t index) {
        json::object data{{"code", pick(random_, std::array{"return INPUT", "return nodes",
                                                            "return $trigger.x", "return 1"})}};
        if (random_.chance(50)) data["inputs"] = json::object{{"v", text_template(index)}};
        return data;
    }

    json::object delay() {
        switch (random_.below(6)) {
            case 0: return {{"delayMs", 0}};
            case 1: return {{"delayMs", 86'400'000LL * 400}};
            case 2: return {{"until", "2027-01-15T08:00:02Z"}};
            case 3: return {{"delayMs", "{{$trigger.x ?? 30}}"}};
            default: return {{"delayMs", 1 + random_.below(3'000)}};
        }
    }

    json::object webhook_wait() {
        return {{"timeoutMs", random_.chance(60) ? 500 + random_.below(3'000) : 604'800'000}};
    }

    json::object router(std::size_t index) {
        json::object data{{"routeBy", text_template(index)},
                          {"conditions", json::array()},
                          {"defaultOutput", random_.chance(70) ? "z" : ""},
                          {"mode", random_.chance(50) ? "broadcast" : "first_match"}};
        if (random_.chance(80))
            data["conditions"] = json::array{{{"id", "x"}, {"expression", "value"}},
                                             {{"id", "y"}, {"expression", "!value"}}};
        return data;
    }

    json::object sub_flow(std::size_t index) {
        json::object data{{"workflowId", called_flow()},
                          {"version", version()},
                          {"inputMapping", {{"x", text_template(index)}}}};
        if (random_.chance(40)) data["timeoutMs"] = 100 + random_.below(3'000);
        if (random_.chance(20)) data["outputPath"] = "x";
        if (random_.chance(40)) data["retry"] = retry();
        return data;
    }

    json::object map(std::size_t index) {
        json::object data{{"inputArray", list_template()},
                          {"subflowId", called_flow()},
                          {"version", version()},
                          {"maxConcurrent", 1 + random_.below(3)}};
        if (random_.chance(50)) data["inputMapping"] = {{"x", text_template(index)}};
        if (random_.chance(40)) data["maxRetries"] = random_.below(3);
        if (random_.chance(40)) data["continueOnError"] = false;
        if (random_.chance(20)) data["collectResults"] = false;
        if (random_.chance(40)) data["timeoutMs"] = 100 + random_.below(3'000);
        return data;
    }

    json::object data_of(const std::string& type, std::size_t index) {
        if (type == "http-request") return http(index);
        if (type == "code-execution") return code(index);
        if (type == "delay") return delay();
        if (type == "webhook-wait") return webhook_wait();
        if (type == "router") return router(index);
        if (type == "sub-flow") return sub_flow(index);
        return map(index);
    }

    void add_node(std::size_t index) {
        const std::string type =
            pick(random_, std::array{"http-request", "http-request", "code-execution", "delay",
                                     "webhook-wait", "router", "sub-flow", "map"});
        json::object data = data_of(type, index);
        // A failure ends most runs early, so that kind is rarer.
        data["onError"] = pick(random_, std::array{"fail", "continue", "branch", "continue"});
        if (random_.chance(30)) data["join"] = "any";
        nodes_.push_back({{"id", name(index)},
                          {"type", type},
                          {"position", {{"x", 0}, {"y", 0}}},
                          {"data", std::move(data)}});
    }

    void add_edge(std::size_t target) {
        const std::size_t source = random_.below(target);
        const json::object& node = nodes_[source].get_object();
        json::object edge{{"id", fmt::format("e{}", edges_.size())},
                          {"source", name(source)},
                          {"target", name(target)}};
        const bool branches = node.at("data").at("onError") == "branch";
        if (random_.chance(branches ? 40 : 4))
            edge["sourceHandle"] = "error";
        else if (node.at("type") == "router")
            edge["sourceHandle"] = pick(random_, std::array{"x", "y", "z"});
        edges_.push_back(std::move(edge));
    }

    Random& random_;
    std::size_t flows_;
    json::array nodes_;
    json::array edges_;
};

FlowVersion version_of(const json::object& graph, const model::NodeTypes& types) {
    FlowVersion version;
    version.graph.text = canonical_json(graph);
    version.graph.id = graph_id_of(version.graph.text);
    auto plan = runtime::plan_of_graph_text(version.graph.id, version.graph.text, types);
    if (!plan)
        assertion_failed(version.graph.text.c_str(), plan.error().message.c_str(), __FILE__,
                         __LINE__);
    version.plan = *std::move(plan);
    return version;
}

std::size_t version_index(const JsonText& version, std::size_t active) {
    if (version.kind() == JsonKind::string) return active;  // latest, or a snapshot of nothing
    const std::string text = version.as_plain_text();
    return static_cast<std::size_t>(std::stoul(text)) - 1;
}

}  // namespace

FlowBook::FlowBook(const model::NodeTypes& types, std::uint64_t seed) {
    Random random(seed);
    const std::size_t count = 2 + random.below(3);
    for (std::size_t i = 0; i < count; ++i) {
        BookedFlow flow;
        flow.id = flow_id(i);
        if (random.chance(20)) flow.timeout_ms = 200 + static_cast<int>(random.below(5'000));
        for (std::size_t v = 1 + random.below(2); v > 0; --v) {
            flow.versions.push_back(version_of(GraphMaker(random, count).make(), types));
            const FlowVersion& made = flow.versions.back();
            plans_.emplace(made.graph.id, made.plan);
        }
        flows_.push_back(std::move(flow));
    }
}

const BookedFlow* FlowBook::find(FlowId flow) const {
    const auto found = std::ranges::find(flows_, flow, &BookedFlow::id);
    return found == flows_.end() ? nullptr : &*found;
}

model::PlanPtr FlowBook::plan_of(GraphId graph) const {
    const auto found = plans_.find(graph);
    return found == plans_.end() ? nullptr : found->second;
}

std::expected<runtime::ChildFlow, engine::RunError> Publications::resolve(std::string_view flow,
                                                                          const JsonText& version) {
    const auto id = parse_id<FlowId>(flow);
    const BookedFlow* found = id ? book_.find(*id) : nullptr;
    const auto place = found ? static_cast<std::size_t>(found - book_.flows().data()) : 0;
    if (!found || gone_[place])
        return std::unexpected(engine::make_run_error("flow_not_found", "there is no such flow"));
    const std::size_t chosen = version_index(version, active_[place]);
    if (chosen >= found->versions.size())
        return std::unexpected(engine::make_run_error("version_not_found", "no such version"));
    runtime::ChildFlow child;
    child.flow = found->id;
    child.version = static_cast<std::int64_t>(chosen) + 1;
    child.plan = found->versions[chosen].plan;
    child.graph = found->versions[chosen].graph;
    child.timeout_ms = found->timeout_ms;
    for (std::size_t i = 0; i < active_.size(); ++i)
        child.snapshots.emplace_back(to_string(book_.flows()[i].id),
                                     static_cast<std::int64_t>(active_[i]) + 1);
    return child;
}

}  // namespace swiftgrid::sim

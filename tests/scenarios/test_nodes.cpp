#include "tests/scenarios/test_nodes.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace swiftgrid::testing {
namespace {

std::vector<std::string> texts(const json::object& data, std::string_view name) {
    std::vector<std::string> out;
    if (const json::value* list = data.if_contains(name))
        for (const json::value& text : list->as_array()) out.emplace_back(text.as_string());
    return out;
}

model::NodeDescriptor descriptor(std::string type) {
    model::NodeDescriptor descriptor;
    descriptor.type = std::move(type);
    descriptor.label = descriptor.type;
    descriptor.data_schema = {{"type", "object"}, {"properties", json::object()}};
    descriptor.handles = [](const json::object& data) {
        std::vector<model::Handle> handles;
        for (const std::string& id : texts(data, "outputs")) handles.push_back({id, id, ""});
        if (handles.empty()) handles.push_back({"", "", ""});
        return handles;
    };
    descriptor.input_template = [](const json::object& data) -> std::optional<json::value> {
        const json::value* input = data.if_contains("input");
        if (!input) return std::nullopt;
        return *input;
    };
    return descriptor;
}

class Task : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        engine::Perform perform;
        for (std::string& name : texts(node.data, "binds")) {
            if (name == "*")
                perform.binds_all_upstream = true;
            else
                perform.binds.push_back(std::move(name));
        }
        return perform;
    }
};

class Instant : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        engine::Continue done{input, std::nullopt};
        if (node.data.contains("chosen")) done.outputs = texts(node.data, "chosen");
        return done;
    }
};

class Refusing : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText& input) const override {
        return engine::Refuse{
            engine::make_run_error("refused", "will not take " + std::string(input.view()))};
    }
};

std::int64_t number(const json::object& data, std::string_view name, std::int64_t otherwise) {
    const json::value* value = data.if_contains(name);
    return value ? std::stoll(std::string(value->as_string())) : otherwise;
}

class Sleeping : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return engine::Sleep{Duration{number(node.data, "ms", 1000)}};
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto& fired = std::get<engine::TimerFired>(reason);
        return engine::Continue{JsonText::trusted(std::to_string(fired.planned.milliseconds)),
                                std::nullopt};
    }
};

class Signalled : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return engine::AwaitSignal{Duration{number(node.data, "timeout", 60'000)}};
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        if (const auto* signal = std::get_if<engine::SignalReceived>(&reason))
            return engine::Continue{signal->payload, std::nullopt};
        engine::RunError error = engine::make_run_error("expired", "nobody came");
        error.retryable = true;
        return engine::Refuse{std::move(error)};
    }
};

engine::CallFlow call_of(const json::object& data) {
    engine::CallFlow call;
    call.flow = data.contains("flow") ? std::string(data.at("flow").as_string()) : "other";
    call.version = JsonText::from(data.contains("version") ? data.at("version") : "latest");
    call.secrets = {{"CHILD_KEY", "OWN_KEY"}};
    if (data.contains("timeout")) call.at_most = Duration{number(data, "timeout", 0)};
    return call;
}

class Calling : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return call_of(node.data);
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto& end = std::get<engine::ChildEnded>(reason);
        if (end.status == engine::RunStatus::completed)
            return engine::Continue{end.output, std::nullopt};
        engine::RunError error = engine::make_run_error("child", "the child is not completed");
        error.retryable = end.status == engine::RunStatus::failed;
        return engine::Refuse{std::move(error), JsonText::trusted(R"({"child":"failed"})")};
    }
    engine::Refuse refuse_call(const model::PlanNode&, engine::RunError error) const override {
        return engine::Refuse{std::move(error), JsonText::trusted(R"({"child":null})")};
    }
};

class Each : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        const auto list = input.child(std::string("list"));
        if (!list || list->kind() != JsonKind::array)
            return engine::Refuse{engine::make_run_error("not_an_array", "expected a list")};
        engine::FanOut fan_out;
        fan_out.call = call_of(node.data);
        fan_out.total = static_cast<std::uint32_t>(
            std::stoul(std::string(list->child(std::string("length"))->view())));
        fan_out.concurrency = static_cast<std::uint32_t>(number(node.data, "concurrency", 2));
        fan_out.retries_max = static_cast<std::uint32_t>(number(node.data, "itemRetries", 0));
        fan_out.continue_on_error = !node.data.contains("stop");
        fan_out.collect_results = !node.data.contains("collect");
        fan_out.items_member = "list";
        fan_out.mapping_member = "more";
        fan_out.item_variable = "item";
        fan_out.index_variable = "index";
        return fan_out;
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto* settled = std::get_if<engine::FanOutSettled>(&reason);
        if (!settled) return engine::Refuse{engine::make_run_error("timeout", "took too long")};
        return engine::Continue{JsonText::trusted(fmt::format(
                                    R"({{"results":{},"succeeded":{},"failed":{}}})",
                                    settled->results.view(), settled->succeeded, settled->failed)),
                                std::nullopt};
    }
};

class TestBehaviours : public engine::NodeBehaviours {
public:
    const engine::NodeBehaviour& of(std::string_view type) const override {
        if (type == "instant") return instant_;
        if (type == "refusing") return refusing_;
        if (type == "sleep") return sleeping_;
        if (type == "signal") return signalled_;
        if (type == "call") return calling_;
        if (type == "each") return each_;
        SG_ASSERT(type == "task", "one of the types of these tests");
        return task_;
    }

private:
    Task task_;
    Instant instant_;
    Refusing refusing_;
    Sleeping sleeping_;
    Signalled signalled_;
    Calling calling_;
    Each each_;
};

}  // namespace

const model::NodeTypes& test_node_types() {
    static const model::NodeTypes types = [] {
        std::vector<model::NodeDescriptor> descriptors;
        for (const char* type :
             {"task", "instant", "refusing", "sleep", "signal", "call", "each"}) {
            descriptors.push_back(descriptor(type));
            descriptors.back().has_outside_effect = true;
            descriptors.back().calls_flows =
                descriptors.back().type == "call" || descriptors.back().type == "each";
        }
        return model::NodeTypes(std::move(descriptors));
    }();
    return types;
}

const engine::NodeBehaviours& test_behaviours() {
    static const TestBehaviours behaviours;
    return behaviours;
}

model::Node test_node(std::string id, std::string type, json::object data) {
    model::Node node;
    node.label = id;
    node.id = std::move(id);
    node.type = std::move(type);
    node.data = std::move(data);
    return node;
}

model::Edge test_edge(std::string source, std::string source_handle, std::string target) {
    model::Edge edge;
    edge.id = source + "." + source_handle + "-" + target;
    edge.source = std::move(source);
    edge.source_handle = std::move(source_handle);
    edge.target = std::move(target);
    return edge;
}

model::PlanPtr plan_of(const model::Graph& graph) {
    model::Flow flow;
    flow.name = "test";
    flow.graph = graph;
    auto plan = model::make_plan(flow, test_node_types(), graph_id_of("test"));
    if (!plan)
        swiftgrid::assertion_failed("plan", plan.error().message.c_str(), __FILE__, __LINE__);
    return *plan;
}

}  // namespace swiftgrid::testing

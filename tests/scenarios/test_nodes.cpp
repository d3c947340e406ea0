#include "tests/scenarios/test_nodes.h"

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

class TestBehaviours : public engine::NodeBehaviours {
public:
    const engine::NodeBehaviour& of(std::string_view type) const override {
        if (type == "instant") return instant_;
        if (type == "refusing") return refusing_;
        SG_ASSERT(type == "task", "one of the types of these tests");
        return task_;
    }

private:
    Task task_;
    Instant instant_;
    Refusing refusing_;
};

}  // namespace

const model::NodeTypes& test_node_types() {
    static const model::NodeTypes types = [] {
        std::vector<model::NodeDescriptor> descriptors;
        for (const char* type : {"task", "instant", "refusing"})
            descriptors.push_back(descriptor(type));
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

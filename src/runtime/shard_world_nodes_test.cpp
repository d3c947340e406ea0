#include "runtime/shard_world_nodes.h"

namespace swiftgrid::runtime::test {
namespace {

class PerformBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText&) const override {
        return engine::Perform{};
    }
};

class SleepBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return engine::Sleep{Duration{node.descriptor->type == "nap" ? 20 : 60'000}};
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason&) const override {
        return engine::Continue{JsonText::string("slept"), std::nullopt};
    }
};

class SignalBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode&, const JsonText&) const override {
        return engine::AwaitSignal{Duration{3'600'000}};
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        if (const auto* signal = std::get_if<engine::SignalReceived>(&reason))
            return engine::Continue{signal->payload, std::nullopt};
        return engine::Refuse{engine::make_run_error("timeout", "nobody resumed it"), std::nullopt};
    }
};

// "sub-a" calls the flow "a", "map-a" does so for every item; "map-c" ends with the first that
// fails.
engine::CallFlow call_of(const model::PlanNode& node) {
    return {node.descriptor->type.substr(4), JsonText::string("latest"), {}, std::nullopt};
}

class SubFlowBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText&) const override {
        return call_of(node);
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        const auto& end = std::get<engine::ChildEnded>(reason);
        if (end.status == engine::RunStatus::completed)
            return engine::Continue{end.output, std::nullopt};
        const std::string code =
            end.error ? end.error->code : std::string(engine::to_string(end.status));
        return engine::Refuse{engine::make_run_error(code, "the sub-flow did not complete"),
                              std::nullopt};
    }
};

class MapBehaviour : public engine::NodeBehaviour {
public:
    engine::Directive enter(const model::PlanNode& node, const JsonText& input) const override {
        engine::FanOut fan_out;
        fan_out.call = call_of(node);
        fan_out.total = static_cast<std::uint32_t>(input.to_value().at("items").as_array().size());
        fan_out.concurrency = 2;
        fan_out.continue_on_error = node.descriptor->type != "map-c";
        fan_out.items_member = "items";
        fan_out.mapping_member = "mapping";
        fan_out.item_variable = "item";
        fan_out.index_variable = "index";
        return fan_out;
    }
    engine::Directive resume(const model::PlanNode&, const JsonText&,
                             const engine::WakeReason& reason) const override {
        return engine::Continue{std::get<engine::FanOutSettled>(reason).results, std::nullopt};
    }
};

class WorldBehaviours : public engine::NodeBehaviours {
public:
    const engine::NodeBehaviour& of(std::string_view type) const override {
        if (type == "sleep" || type == "nap") return sleep_;
        if (type == "signal") return signal_;
        if (type.starts_with("sub-")) return sub_flow_;
        if (type.starts_with("map-")) return map_;
        return perform_;
    }

private:
    PerformBehaviour perform_;
    SleepBehaviour sleep_;
    SignalBehaviour signal_;
    SubFlowBehaviour sub_flow_;
    MapBehaviour map_;
};

class LoggedOutside : public nodes::OutsidePerformer {
public:
    explicit LoggedOutside(OutsideLog& log) : log_(log) {}
    void start(nodes::PerformRequest request, std::function<void(nodes::Outcome)> done) override {
        log_.started.push_back({std::move(request), std::move(done)});
    }
    void cancel(const nodes::AttemptKey& key) override { log_.cancelled.push_back(key); }

private:
    OutsideLog& log_;
};

class PlainScript : public nodes::ScriptPerformer {
public:
    sandbox::Call prepare(const nodes::PerformRequest& request) const override {
        sandbox::Call call;
        sandbox::Code code;
        code.source = "return INPUT";
        code.input = request.input;
        call.work = std::move(code);
        call.time_ms = 1'000;
        return call;
    }
    nodes::Outcome finish(const nodes::PerformRequest&, sandbox::Reply reply) const override {
        nodes::Outcome outcome;
        if (auto* error = std::get_if<sandbox::ScriptError>(&reply.outcome)) {
            engine::RunError run_error;
            run_error.code = error->code;
            run_error.message = error->message;
            outcome.result = std::move(run_error);
        } else {
            outcome.result = std::get<sandbox::CodeResult>(reply.outcome).value;
        }
        return outcome;
    }
};

}  // namespace

model::NodeTypes world_types() {
    std::vector<model::NodeDescriptor> descriptors;
    for (const char* type : {"script", "call", "send", "sleep", "nap", "signal", "sub-a", "sub-b",
                             "sub-c", "map-a", "map-b", "map-c"}) {
        model::NodeDescriptor descriptor;
        descriptor.type = descriptor.label = type;
        descriptor.has_outside_effect = descriptor.type == "call" || descriptor.type == "send";
        if (descriptor.type == "send")
            descriptor.input_template = [](const json::object&) -> std::optional<json::value> {
                return json::object{{"key", "{{$env.KEY}}"}, {"host", "{{$env.HOST ?? 'none'}}"}};
            };
        descriptor.calls_flows =
            descriptor.type.starts_with("sub-") || descriptor.type.starts_with("map-");
        descriptors.push_back(std::move(descriptor));
    }
    return model::NodeTypes(std::move(descriptors));
}

json::object world_data(const std::string& type) {
    if (type != "call") return {};
    return {{"retry", {{"maxRetries", 1}, {"backoffMs", 10'000}, {"jitter", 0}}}};
}

std::unique_ptr<engine::NodeBehaviours> world_behaviours() {
    return std::make_unique<WorldBehaviours>();
}

nodes::Performers world_performers(OutsideLog& log) {
    nodes::Performers performers;
    for (const char* type : {"call", "send"})
        performers.outside.emplace(type, std::make_unique<LoggedOutside>(log));
    performers.scripts.emplace("script", std::make_unique<PlainScript>());
    return performers;
}

}  // namespace swiftgrid::runtime::test

#include "control/route_preview.h"

#include <memory>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "engine/run_error.h"
#include "model/schema.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view router_type = "router";

Error invalid(std::string message) { return {ErrorCode::invalid_document, std::move(message)}; }

std::optional<Error> problem_of(const json::object& data) {
    const json::value* conditions = data.if_contains("conditions");
    if (!conditions || !conditions->is_array())
        return invalid("body: 'conditions' must be an array");
    const auto& list = conditions->get_array();
    if (list.size() > limits::router_conditions)
        return invalid(
            fmt::format("body: 'conditions' has more than {} entries", limits::router_conditions));
    for (std::size_t i = 0; i < list.size(); ++i) {
        const json::object* condition = list[i].if_object();
        const json::value* expression = condition ? condition->if_contains("expression") : nullptr;
        if (!expression || !expression->is_string() || text_at(*condition, "id").empty())
            return invalid(fmt::format("body: 'conditions/{}' needs an id and an expression", i));
        if (character_count(expression->get_string()) > limits::expression_characters)
            return invalid(
                fmt::format("body: 'conditions/{}/expression' has more than {} characters", i,
                            limits::expression_characters));
    }
    return std::nullopt;
}

// A plan of this node alone, as far as its performer looks.
nodes::PerformRequest perform_request(RoutePreviewRequest request, const model::NodeTypes& types) {
    auto plan = std::make_shared<model::Plan>();
    model::PlanNode& node = plan->nodes.emplace_back();
    node.id = router_type;
    node.descriptor = types.find(router_type);
    node.data = std::move(request.data);
    node.descriptor->upgrade(node.data);
    model::fill_defaults(node.descriptor->data_schema, node.data);
    nodes::PerformRequest perform;
    perform.plan = std::move(plan);
    perform.input = JsonText::trusted("{\"value\":" + std::string(request.value.view()) + "}");
    return perform;
}

engine::RunError run_error_of(const sandbox::ScriptError& error) {
    engine::RunError run_error = engine::make_run_error(error.code, error.message);
    if (error.line > 0)
        run_error.details = JsonText::trusted(
            fmt::format(R"({{"line":{},"column":{}}})", error.line, error.column));
    return run_error;
}

// Conditions without a result were not reached.
void write_condition(std::string& out, std::string_view id,
                     const sandbox::ExpressionResult* result) {
    ObjectWriter object(out);
    object.text("id", id);
    if (!result) {
        object.text("outcome", "not_reached");
    } else if (const auto* value = std::get_if<sandbox::ExpressionValue>(&result->outcome)) {
        object.text("outcome", value->truthy ? "true" : "false");
    } else {
        const auto& error = std::get<sandbox::ScriptError>(result->outcome);
        object.text("outcome", "failed");
        object.raw("error", engine::to_json_text(run_error_of(error)).view());
    }
    object.end();
}

std::string answer_json(const nodes::PerformRequest& perform, const sandbox::Reply& reply,
                        const nodes::Outcome& outcome) {
    std::span<const sandbox::ExpressionResult> results;
    if (const auto* all = std::get_if<std::vector<sandbox::ExpressionResult>>(&reply.outcome))
        results = *all;
    std::string out;
    ObjectWriter object(out);
    const auto* result = std::get_if<JsonText>(&outcome.result);
    const auto matched = result ? result->child(std::string("matched_outputs")) : std::nullopt;
    object.raw("matchedOutputs", matched ? matched->view() : "[]");
    std::string& conditions = object.member("conditions");
    conditions += '[';
    std::size_t index = 0;
    for (const json::value& condition : perform.node().data.at("conditions").as_array()) {
        if (index > 0) conditions += ',';
        write_condition(conditions, text_at(condition.get_object(), "id"),
                        index < results.size() ? &results[index] : nullptr);
        ++index;
    }
    conditions += ']';
    if (const auto* error = std::get_if<engine::RunError>(&outcome.result))
        object.raw("error", engine::to_json_text(*error).view());
    object.end();
    return out;
}

}  // namespace

void RoutePreview::evaluate(RoutePreviewRequest request,
                            std::function<void(Answer<std::string>)> done) {
    if (auto problem = problem_of(request.data)) return done(refuse(*problem));
    const auto performer = parts_.performers.scripts.find(router_type);
    SG_ASSERT(performer != parts_.performers.scripts.end(), "there is always a router");
    auto perform = std::make_shared<const nodes::PerformRequest>(
        perform_request(std::move(request), parts_.types));
    sandbox::Call call = performer->second->prepare(*perform);
    auto sent = parts_.shards.evaluate(
        std::move(call),
        [perform, done, &router = *performer->second](const sandbox::Reply& reply) {
            done(answer_json(*perform, reply, router.finish(*perform, reply)));
        });
    if (!sent) done(refuse(sent.error()));
}

}  // namespace swiftgrid::control

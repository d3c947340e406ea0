#include "api/answers.h"
#include "api/json_body.h"
#include "api/openapi.h"
#include "api/routes/routes.h"
#include "model/flow_json.h"

namespace swiftgrid::api {
namespace {

// Documents that never change while the process lives.
Handler constant_json(std::string text, std::string content_type = "application/json") {
    auto shared = std::make_shared<const std::string>(std::move(text));
    return [shared, content_type](const Request&, const Responder& respond) {
        Response response;
        response.headers = {{"Content-Type", content_type}, {"Cache-Control", "no-cache"}};
        response.body = Body(shared);
        respond(std::move(response));
    };
}

std::string node_types_json(const model::NodeTypes& types) {
    json::array items;
    for (const model::NodeDescriptor& descriptor : types.all())
        items.push_back(model::describe(descriptor));
    return to_json(json::object{{"items", std::move(items)}, {"nextCursor", nullptr}});
}

template <typename IdType>
control::Answer<std::optional<IdType>> id_member(const JsonBody& body, std::string_view name) {
    auto text = body.text(name);
    if (!text) return std::unexpected(text.error());
    if (!text->has_value()) return std::nullopt;
    auto id = parse_id<IdType>(**text);
    if (!id) return fail(ErrorCode::bad_request, std::string(name) + ": " + id.error().message);
    return *id;
}

control::Answer<control::PreviewRequest> read_preview(const Request& request) {
    auto body = JsonBody::read(
        request, {"flowId", "nodeId", "template", "runId", "inputs", "trigger"}, true);
    if (!body) return std::unexpected(body.error());
    const json::value* tmpl = body->find("template");
    if (!tmpl) return missing_member("template");
    control::PreviewRequest preview;
    preview.tmpl = *tmpl;
    auto flow = id_member<FlowId>(*body, "flowId");
    if (!flow) return std::unexpected(flow.error());
    auto run = id_member<RunId>(*body, "runId");
    if (!run) return std::unexpected(run.error());
    auto node_id = body->text("nodeId");
    if (!node_id) return std::unexpected(node_id.error());
    preview.flow = *flow;
    preview.run = *run;
    preview.node_id = node_id->value_or("");
    if (const json::value* trigger = body->find("trigger"))
        preview.trigger = JsonText::from(*trigger);
    const json::value* inputs = body->find("inputs");
    if (inputs && !inputs->is_null()) {
        if (!inputs->is_object())
            return wrong_member("inputs", "an object", "write the results by node id");
        for (const auto& input : inputs->get_object())
            preview.inputs.emplace(input.key(), JsonText::from(input.value()));
    }
    return preview;
}

void preview_expression(const Responder& respond, ApiParts& parts) {
    auto preview = read_preview(respond.request());
    if (!preview) {
        respond(problem_response(respond.request(), preview.error()));
        return;
    }
    parts.preview.evaluate(std::move(*preview),
                           [respond](const control::Answer<std::string>& text) {
                               respond(json_answer(respond.request(), text));
                           });
}

control::Answer<control::RoutePreviewRequest> read_route_preview(const Request& request) {
    auto body = JsonBody::read(request, {"value", "conditions", "mode", "defaultOutput"}, true);
    if (!body) return std::unexpected(body.error());
    const json::value* value = body->find("value");
    if (!value) return missing_member("value");
    control::RoutePreviewRequest preview;
    preview.value = JsonText::from(*value);
    preview.data = std::move(body->object());
    preview.data.erase("value");
    return preview;
}

void preview_route(const Responder& respond, ApiParts& parts) {
    auto preview = read_route_preview(respond.request());
    if (!preview) {
        respond(problem_response(respond.request(), preview.error()));
        return;
    }
    parts.route_preview.evaluate(std::move(*preview),
                                 [respond](const control::Answer<std::string>& text) {
                                     respond(json_answer(respond.request(), text));
                                 });
}

}  // namespace

void add_tool_routes(Router& router, ApiParts& parts) {
    router.add("GET", "/api/openapi.json", constant_json(std::string(openapi_json())));
    router.add("GET", "/api/node-types", constant_json(node_types_json(parts.types)));
    router.add("GET", "/api/llm/presets", constant_json(parts.llm_presets));
    router.add("GET", "/api/schemas/flow.json",
               constant_json(to_json(model::flow_schema(parts.types)), "application/schema+json"));
    router.add("POST", "/api/expressions/preview",
               [&parts](const Request&, const Responder& respond) {
                   post_or_refuse(parts.workers, respond,
                                  [respond, &parts] { preview_expression(respond, parts); });
               });
    router.add("POST", "/api/router/preview", [&parts](const Request&, const Responder& respond) {
        preview_route(respond, parts);
    });
}

}  // namespace swiftgrid::api

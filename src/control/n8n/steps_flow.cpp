// n8n's Execute Workflow as a sub-flow or a map.

#include <fmt/format.h>

#include "base/json_fields.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {
namespace {

// The id of the called workflow, as its own file has it; "" when it is open.
std::string called_id(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    const std::string_view source = text_at(parameters, "source");
    if (source == "parameter" || (source.empty() && !parameters.contains("workflowId") &&
                                  parameters.contains("workflowJson"))) {
        json::value inner;
        if (const auto* given = parameters.if_contains("workflowJson"))
            inner = given->is_string() ? parse_inner(given->get_string()) : *given;
        const auto id = inner.is_object()
                            ? maker.convert_inner()(inner.get_object(), maker.node().name)
                            : std::nullopt;
        if (id) return *id;
        maker.changed("the workflow inside it cannot be read", "Choose the workflow to call.");
        return "";
    }
    const auto* id = parameters.if_contains("workflowId");
    const json::value value = id ? located_value(*id) : json::value();
    std::string text = value.is_string()   ? std::string(value.get_string())
                       : value.is_number() ? to_json(value)
                                           : "";
    if (!text.empty() && !text.starts_with('=') && source != "localFile" && source != "url")
        return text;
    maker.changed("which workflow it calls is not in the file", "Choose it in this step.");
    return "";
}

// The inputs that n8n maps by name; without them the item itself goes over.
json::object mapped_inputs(StepMaker& maker) {
    const json::object inputs = object_member(maker.parameters(), "workflowInputs");
    json::object mapping;
    for (const auto& member : object_member(inputs, "value"))
        mapping[member.key()] = maker.convert(member.value());
    return mapping;
}

}  // namespace

void make_execute_workflow(StepMaker& maker) {
    const std::string called = called_id(maker);
    json::object& data = maker.data();
    const json::object options = object_member(maker.parameters(), "options");
    maker.name_left_out(options, {"waitForSubWorkflow"});
    if (!flag_at(options, "waitForSubWorkflow", true))
        maker.changed("n8n goes on without waiting for the other workflow; here it waits");
    if (text_at(maker.parameters(), "mode") == "each") {
        maker.step().type = "map";
        const std::string input = maker.input().in_template();
        data["inputArray"] = fmt::format("{{{{ Array.isArray({0}) ? {0} : [{0}] }}}}", input);
        data["subflowId"] = called;
        data["maxConcurrent"] = 1;
        data["continueOnError"] = false;
        maker.step().place = {maker.step().id, ".results", {}};
        maker.changed(
            "each element reaches the other workflow as {{$trigger.item}}, without the inputs that "
            "are named here, and the results come as a list of { status, value }",
            "Adapt the other workflow, and the steps behind this one.");
        return;
    }
    maker.step().type = "sub-flow";
    data["workflowId"] = called;
    maker.step().place = {maker.step().id, ".output", {}};
    json::object mapping = mapped_inputs(maker);
    if (mapping.empty()) {
        mapping["json"] = maker.input_hole();
        maker.changed("the data reaches the other workflow as {{$trigger.json}}",
                      "Name the inputs that it reads.");
    }
    data["inputMapping"] = std::move(mapping);
}

}  // namespace swiftgrid::control::n8n

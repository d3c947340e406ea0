#pragma once

// One node of n8n on its way to one of ours, and what its converter may use.

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "control/import_report.h"
#include "control/n8n/expression.h"
#include "control/n8n/source.h"

namespace swiftgrid::control::n8n {

struct Step {
    std::string id;
    std::string type;  // "" while it is not converted
    json::object data;
    DataPlace place;  // where n8n's data of it is
    // Of the outputs n8n numbers; "" is the normal one. What is missing here leads nowhere.
    std::vector<std::string> handles = {""};
    // Outputs that the same handle leads to as well: {n8n's output, handle}.
    std::vector<std::pair<std::size_t, std::string>> further_handles = {};
    NodeOutcome outcome = NodeOutcome::converted;
    bool keeps_original = false;  // in the document, for the person who replaces it
};

// A flow that a step calls and that came inside it.
using ConvertInner = std::function<std::optional<std::string>(const json::object& workflow,
                                                              const std::string& name)>;

class StepMaker {
public:
    struct Parts {
        const Source& source;
        const SourceNode& node;
        Places places;
        std::vector<std::optional<DataPlace>> inputs;  // by n8n's input
        // Nodes that are a part of this one: its model.
        std::vector<const SourceNode*> parts;
        ConvertInner convert_inner;
        ImportReport& report;
    };
    StepMaker(Parts parts, Step& step) : parts_(std::move(parts)), step_(step) {}

    const SourceNode& node() const { return parts_.node; }
    const Source& source() const { return parts_.source; }
    const json::object& parameters() const { return parts_.node.parameters; }
    const Places& places() const { return parts_.places; }
    const std::vector<std::optional<DataPlace>>& inputs() const { return parts_.inputs; }
    const std::vector<const SourceNode*>& model_parts() const { return parts_.parts; }
    const ConvertInner& convert_inner() const { return parts_.convert_inner; }
    Step& step() { return step_; }
    json::object& data() { return step_.data; }

    // What n8n hands to this node, as a template and in code.
    DataPlace input() const { return parts_.places.input.value_or(DataPlace{}); }
    std::string input_hole() const { return "{{" + input().in_template() + "}}"; }

    // A parameter with its expressions converted; null when it is not there.
    json::value value(std::string_view name) { return value_of(parameters(), name); }
    json::value value_of(const json::object& object, std::string_view name);
    json::value convert(const json::value& value);
    // JSON that is written as text; as a text, with a warning, where it cannot be read.
    json::value json_text(std::string_view name);
    std::string script(const json::value& operand);
    void lose(const std::vector<std::string>& lost);

    void note(NoteSeverity severity, std::string reason, std::string mend = "");
    // It does something else in some case.
    void changed(std::string reason, std::string mend = "");
    // Says which of these settings nothing was made of.
    void name_left_out(const json::object& settings,
                       std::initializer_list<std::string_view> but_these);
    // A placeholder takes its place; its code fails when it is reached.
    void unsupported(const std::string& reason, const std::string& mend);

    // A named secret in the place of n8n's credential of this kind ("" for the only one):
    // "{{$env.GITHUB_ACCOUNT}}", with `suffix` behind the name.
    std::string secret(std::string_view credential, std::string_view suffix = "");

private:
    Parts parts_;
    Step& step_;
};

// Fills the step of its maker.
using MakeStep = void (*)(StepMaker&);

// Null when nodes of this kind have no counterpart.
MakeStep find_step(std::string_view kind);

void make_http(StepMaker& maker);
void make_code(StepMaker& maker);
void make_old_function(StepMaker& maker);
void make_if(StepMaker& maker);
void make_filter(StepMaker& maker);
void make_switch(StepMaker& maker);
void make_set(StepMaker& maker);
void make_split_out(StepMaker& maker);
void make_aggregate(StepMaker& maker);
void make_limit(StepMaker& maker);
void make_merge(StepMaker& maker);
void make_wait(StepMaker& maker);
void make_execute_workflow(StepMaker& maker);
void make_openai(StepMaker& maker);
void make_chain(StepMaker& maker);
void make_respond(StepMaker& maker);
void make_stop(StepMaker& maker);

// "GitHub account" as GITHUB_ACCOUNT.
std::string env_name_of(std::string_view name);

// The names of all settings but these, in quotes.
std::string names_besides(const json::object& settings, std::span<const std::string_view> these);

// JSON that stands as text in the file, so that it may be as deep as the whole; null when it is
// none or too deep.
json::value parse_inner(std::string_view text);

// A resource locator of n8n ({ "__rl": true, "value": … }), or the value itself.
json::value located_value(const json::value& value);

// The member's object and array, empty ones when there are none.
json::object object_member(const json::object& object, std::string_view name);
json::array array_member(const json::object& object, std::string_view name);

}  // namespace swiftgrid::control::n8n

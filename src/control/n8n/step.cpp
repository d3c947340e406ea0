#include "control/n8n/step.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::array<std::pair<std::string_view, MakeStep>, 18> steps{{
    {"httpRequest", make_http},
    {"code", make_code},
    {"function", make_old_function},
    {"functionItem", make_old_function},
    {"if", make_if},
    {"filter", make_filter},
    {"switch", make_switch},
    {"set", make_set},
    {"splitOut", make_split_out},
    {"aggregate", make_aggregate},
    {"limit", make_limit},
    {"merge", make_merge},
    {"wait", make_wait},
    {"executeWorkflow", make_execute_workflow},
    {"openAi", make_openai},
    {"chainLlm", make_chain},
    {"respondToWebhook", make_respond},
    {"stopAndError", make_stop},
}};

}  // namespace

MakeStep find_step(std::string_view kind) {
    const auto found =
        std::ranges::find(steps, kind, &std::pair<std::string_view, MakeStep>::first);
    return found == steps.end() ? nullptr : found->second;
}

json::value StepMaker::value_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? convert(*value) : json::value();
}

json::value StepMaker::convert(const json::value& value) {
    std::vector<std::string> lost;
    json::value converted = convert_value(value, parts_.places, lost);
    lose(lost);
    return converted;
}

json::value StepMaker::json_text(std::string_view name) {
    const auto* given = parameters().if_contains(name);
    if (!given || given->is_null()) return {};
    if (!given->is_string()) return convert(*given);
    std::vector<std::string> lost;
    auto value = convert_json_text(given->get_string(), parts_.places, lost);
    lose(lost);
    if (value) return *std::move(value);
    changed(fmt::format("the JSON of '{}' is put together as text, where a value with quotes "
                        "breaks it",
                        name),
            "Write it as JSON, with placeholders only where values are.");
    return convert(*given);
}

std::string StepMaker::script(const json::value& operand) {
    Converted converted = convert_operand(operand, parts_.places);
    lose(converted.lost);
    return std::move(converted.text);
}

void StepMaker::lose(const std::vector<std::string>& lost) {
    for (const std::string& why : lost)
        changed("an expression was left as it was: " + why, "Write it anew in this step.");
}

void StepMaker::note(NoteSeverity severity, std::string reason, std::string mend) {
    parts_.report.add(ImportNote{severity, parts_.source.name, parts_.node.name, step_.id,
                                 parts_.node.pointer, std::move(reason), std::move(mend)});
}

void StepMaker::changed(std::string reason, std::string mend) {
    if (step_.outcome == NodeOutcome::converted) step_.outcome = NodeOutcome::changed;
    note(NoteSeverity::warning, std::move(reason), std::move(mend));
}

void StepMaker::name_left_out(const json::object& settings,
                              std::initializer_list<std::string_view> but_these) {
    const std::string names = names_besides(settings, {but_these.begin(), but_these.size()});
    if (!names.empty())
        changed("of its settings these were left out: " + names,
                "Look whether the workflow needs them.");
}

void StepMaker::unsupported(const std::string& reason, const std::string& mend) {
    step_.type = "code-execution";
    step_.outcome = NodeOutcome::unsupported;
    step_.keeps_original = true;
    step_.place = {step_.id, "", {}};
    step_.handles = {""};
    step_.further_handles.clear();
    step_.data = {
        {"description", "Not converted from n8n: " + reason + ". " + mend},
        {"code", "// What stood here in n8n is kept in this step of the file.\nthrow new Error(" +
                     to_json(json::value("this step was not converted from n8n: " + reason)) +
                     ");"}};
    note(NoteSeverity::error, reason, mend);
}

std::string StepMaker::secret(std::string_view credential, std::string_view suffix) {
    const json::object& credentials = parts_.node.credentials;
    const json::value* found = credentials.if_contains(credential);
    if (!found && credential.empty() && !credentials.empty()) found = &credentials.begin()->value();
    std::string name;
    if (found && found->is_object()) name = env_name_of(text_at(found->get_object(), "name"));
    if (name.empty()) name = env_name_of(credential.empty() ? parts_.node.name : credential);
    if (name.empty()) name = "N8N_CREDENTIAL";
    name += suffix;
    return "{{$env." + name + "}}";
}

std::string env_name_of(std::string_view name) {
    constexpr std::size_t characters_max = 60;
    std::string out;
    for (const char c : name.substr(0, characters_max)) {
        const bool is_lower = c >= 'a' && c <= 'z';
        const bool is_kept = is_lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_kept)
            out += static_cast<char>(is_lower ? c - 'a' + 'A' : c);
        else if (!out.empty() && out.back() != '_')
            out += '_';
    }
    if (out.ends_with('_')) out.pop_back();
    if (!out.empty() && out.front() >= '0' && out.front() <= '9') out.insert(0, "_");
    return out;
}

std::string names_besides(const json::object& settings, std::span<const std::string_view> these) {
    std::string names;
    for (const auto& member : settings) {
        const std::string_view name = member.key();
        if (std::ranges::find(these, name) != these.end()) continue;
        if (names.size() > limits::import_quoted_characters) break;
        names += (names.empty() ? "'" : ", '") +
                 std::string(cut_to_bytes(name, limits::import_quoted_characters)) + "'";
    }
    return names;
}

json::value parse_inner(std::string_view text) {
    auto value = parse_json(text);
    if (!value ||
        JsonText::from(*value).is_deeper_than(limits::json_depth - limits::import_depth_around))
        return {};
    return *std::move(value);
}

json::value located_value(const json::value& value) {
    if (!value.is_object()) return value;
    const auto* inner = value.get_object().if_contains("value");
    return inner ? *inner : json::value();
}

json::object object_member(const json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member && member->is_object() ? member->get_object() : json::object();
}

json::array array_member(const json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member && member->is_array() ? member->get_array() : json::array();
}

}  // namespace swiftgrid::control::n8n

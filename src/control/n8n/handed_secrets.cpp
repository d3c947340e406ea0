#include "control/n8n/handed_secrets.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/json_fields.h"
#include "base/limits.h"

namespace swiftgrid::control::n8n {
namespace {

using Names = std::set<std::string>;

struct Call {
    std::size_t caller = 0;
    std::size_t called = 0;
    json::object* node = nullptr;
};

bool are_too_many(const Names& names) { return names.size() > limits::import_handed_secrets; }

// Of the placeholders that the conversion writes: {{$env.NAME}}.
void collect_names(const json::value& value, Names& names) {
    if (are_too_many(names)) return;
    if (const auto* array = value.if_array()) {
        for (const json::value& item : *array) collect_names(item, names);
    } else if (const auto* object = value.if_object()) {
        for (const auto& member : *object) collect_names(member.value(), names);
    } else if (const auto* text = value.if_string()) {
        constexpr std::string_view begin = "{{$env.";
        std::string_view rest = *text;
        for (auto at = rest.find(begin); at != std::string_view::npos; at = rest.find(begin)) {
            rest.remove_prefix(at + begin.size());
            const auto end = rest.find_first_not_of(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
            if (end != std::string_view::npos && rest.substr(end).starts_with("}}") && end > 0)
                names.emplace(rest.substr(0, end));
        }
    }
}

json::array& nodes_of(json::object& document) {
    return document.at("graph").at("nodes").as_array();
}

std::vector<Call> calls_in(std::vector<json::object>& documents) {
    std::map<std::string, std::size_t, std::less<>> by_id;
    for (std::size_t i = 0; i < documents.size(); ++i)
        by_id.emplace(text_at(documents[i], "id"), i);
    std::vector<Call> calls;
    for (std::size_t i = 0; i < documents.size(); ++i)
        for (json::value& node : nodes_of(documents[i])) {
            json::object& data = node.at("data").as_object();
            const std::string_view type = text_at(node.as_object(), "type");
            const std::string_view called = type == "map"        ? text_at(data, "subflowId")
                                            : type == "sub-flow" ? text_at(data, "workflowId")
                                                                 : std::string_view();
            if (const auto found = by_id.find(called); found != by_id.end())
                calls.push_back({i, found->second, &node.as_object()});
        }
    return calls;
}

void hand_over(const Call& call, const Names& names, std::string_view flow, ImportReport& report) {
    json::object& data = call.node->at("data").as_object();
    ImportNote note{NoteSeverity::info,
                    std::string(flow),
                    std::string(text_at(data, "label")),
                    std::string(text_at(*call.node, "id")),
                    "",
                    "",
                    ""};
    if (are_too_many(names)) {
        note.severity = NoteSeverity::warning;
        note.reason = "the workflow that it calls reads many secrets; none is handed to it";
        note.mend = "Choose in this step which it may read.";
        return report.add(std::move(note));
    }
    json::object mapping;
    for (const std::string& name : names) mapping[name] = name;
    data["secretMapping"] = std::move(mapping);
    note.reason = fmt::format("it hands these secrets to the workflow that it calls: {}",
                              fmt::join(names, ", "));
    report.add(std::move(note));
}

}  // namespace

void hand_over_secrets(std::vector<json::object>& documents, ImportReport& report) {
    std::vector<Names> names(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i)
        for (const json::value& node : nodes_of(documents[i]))
            collect_names(node.at("data"), names[i]);
    const std::vector<Call> calls = calls_in(documents);
    // As deep as runs go.
    for (std::size_t depth = 0; depth < limits::run_depth; ++depth)
        for (const Call& call : calls)
            for (const std::string& name : names[call.called])
                if (call.caller != call.called && !are_too_many(names[call.caller]))
                    names[call.caller].insert(name);
    for (const Call& call : calls)
        if (!names[call.called].empty())
            hand_over(call, names[call.called], text_at(documents[call.caller], "name"), report);
}

}  // namespace swiftgrid::control::n8n

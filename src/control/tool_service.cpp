#include "control/tool_service.h"

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"
#include "control/json_writer.h"
#include "control/tool_names.h"

namespace swiftgrid::control {
namespace {

Answer<void> check_tool(const store::ToolSettings& settings) {
    if (!is_tool_name(settings.name))
        return refuse_member(
            problem_at("/name", "invalid_value",
                       fmt::format("name: expected 1 to {} of the characters A-Z a-z 0-9 _ . -",
                                   limits::tool_name_characters),
                       "choose such a name, or leave it out to have one made"));
    if (is_run_tool(settings.name))
        return refuse_member(
            problem_at("/name", "invalid_value",
                       fmt::format("name: '{}' is a tool of the server itself", settings.name),
                       "choose another name"));
    if (character_count(settings.description) > limits::tool_description_characters)
        return refuse_member(problem_at("/description", "too_large",
                                        fmt::format("description: it has more than {} characters",
                                                    limits::tool_description_characters),
                                        "shorten it: assistants read it with every question"));
    return {};
}

}  // namespace

Answer<std::string> ToolService::get(FlowId flow) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    auto settings = parts_.stored.get(flow);
    if (!settings) return refuse(settings.error());
    return shown(flow, *head, *std::move(settings));
}

Answer<std::string> ToolService::put(FlowId flow, ToolInput input, const std::string& actor) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return refuse(head.error());
    const auto known = parts_.stored.get(flow);
    if (!known) return refuse(known.error());
    store::ToolSettings& settings = input.settings;
    if (input.keeps_enabled) settings.enabled = known->enabled;
    if (settings.name.empty()) settings.name = known->name;
    if (settings.name.empty()) {
        auto made = free_name(flow, head->name);
        if (!made) return refuse(made.error());
        settings.name = *std::move(made);
    }
    if (auto ok = check_tool(settings); !ok) return std::unexpected(ok.error());
    store::AuditEntry entry;
    entry.flow = flow;
    entry.action = "TOOL_CHANGED";
    entry.actor = actor;
    entry.metadata = to_json(json::object{{"enabled", settings.enabled}, {"name", settings.name}});
    entry.created_at = parts_.clock.now();
    if (auto done = parts_.stored.put(flow, settings, entry); !done) return refuse(done.error());
    return shown(flow, *head, settings);
}

Result<ToolService::Page> ToolService::list(const std::string& after) {
    auto tools = parts_.stored.list(after, limits::tools_per_page + 1);
    if (!tools) return std::unexpected(tools.error());
    auto stamp = parts_.stored.stamp();
    if (!stamp) return std::unexpected(stamp.error());
    Page page{*std::move(tools), std::nullopt, *std::move(stamp)};
    if (page.tools.size() > limits::tools_per_page) {
        page.tools.pop_back();
        page.next = page.tools.back().settings.name;
    }
    return page;
}

// Ids differ in their last digits.
Result<std::string> ToolService::free_name(FlowId flow, const std::string& flow_name) {
    constexpr std::size_t digits = 8;
    std::string name = tool_slug(flow_name);
    const auto taken = parts_.stored.find(name);
    if (!taken) return std::unexpected(taken.error());
    const bool is_free = !*taken || (*taken)->flow == flow;
    if (is_free && !is_run_tool(name)) return name;
    const std::string id = to_string(flow);
    return name + '_' + id.substr(id.size() - digits);
}

Answer<std::string> ToolService::shown(FlowId flow, const FlowHead& head,
                                       store::ToolSettings settings) {
    if (settings.name.empty()) {
        auto made = free_name(flow, head.name);
        if (!made) return refuse(made.error());
        settings.name = *std::move(made);
    }
    std::string out;
    ObjectWriter object(out);
    object.text("flowId", to_string(flow));
    object.boolean("enabled", settings.enabled);
    object.text("name", settings.name);
    object.text("description", settings.description);
    object.boolean("readsOnly", settings.reads_only);
    object.boolean("cancelsRun", settings.cancels_run);
    object.text("url", public_url_ + "/mcp");
    object.boolean("published", head.active.has_value());
    object.end();
    return out;
}

}  // namespace swiftgrid::control

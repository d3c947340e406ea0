#include "control/n8n/workflow.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/triggers.h"

namespace swiftgrid::control::n8n {
namespace {

// What a step may not be called: it means something else in placeholders, in JavaScript, or in the
// code around n8n's.
constexpr std::array<std::string_view, 69> taken_ids = {
    "previous", "prev",      "trigger",  "input",    "webhook",    "map",        "item",
    "index",    "nodes",     "value",    "data",     "items",      "between",    "contains",
    "matches",  "console",   "dates",    "crypto",   "break",      "case",       "catch",
    "class",    "const",     "continue", "debugger", "default",    "delete",     "do",
    "else",     "enum",      "export",   "extends",  "false",      "finally",    "for",
    "function", "if",        "import",   "in",       "instanceof", "new",        "null",
    "return",   "super",     "switch",   "this",     "throw",      "true",       "try",
    "typeof",   "var",       "void",     "while",    "with",       "yield",      "let",
    "static",   "await",     "async",    "of",       "arguments",  "eval",       "undefined",
    "package",  "interface", "private",  "public",   "protected",  "constructor"};

constexpr std::size_t id_characters = 40;

}  // namespace

std::string FileState::unused_id(const std::string& wanted) {
    std::string id = wanted;
    for (int number = 2; !ids.insert(id).second; ++number)
        id = fmt::format("{}-{}", wanted, number);
    return id;
}

bool FileState::has_room_for(std::size_t count) {
    if (count > limits::bundle_nodes - nodes) return false;
    nodes += count;
    return true;
}

WorkflowConverter::WorkflowConverter(const Source& source, std::string id, std::size_t depth,
                                     FileState& file)
    : source_(source), id_(std::move(id)), name_(source.name), depth_(depth), file_(file) {
    for (std::size_t i = 0; i < source.nodes.size(); ++i)
        index_by_name_.emplace(source.nodes[i].name, i);
    std::map<std::size_t, std::size_t> before;  // the first node that leads to it
    for (const SourceLink& link : source.links) before.emplace(link.target, link.source);
    // One that only passes on has what leads to it: found once, from the end of a chain to its
    // begin.
    for (std::size_t i = 0; i < source.nodes.size(); ++i) {
        std::vector<std::size_t> chain;
        std::optional<std::size_t> node = i;
        while (node && !origin_.contains(*node) &&
               role_of(source.nodes[*node]) == NodeRole::passed &&
               chain.size() <= source.nodes.size()) {
            chain.push_back(*node);
            const auto found = before.find(*node);
            node = found == before.end() ? std::nullopt : std::optional(found->second);
        }
        if (node && origin_.contains(*node)) node = origin_.at(*node);
        if (chain.size() > source.nodes.size()) node.reset();
        for (const std::size_t passed : chain) origin_.emplace(passed, node);
    }
}

WorkflowConverter::WorkflowConverter(const Source& source, std::string id, std::size_t depth,
                                     FileState& file, const Outer& outer)
    : WorkflowConverter(source, std::move(id), depth, file) {
    outer_ = outer;
    name_ = outer.around->name_ + ": " + source.nodes[outer.loop].name;
}

void WorkflowConverter::convert() {
    const std::set<std::size_t> started = started_nodes(source_);
    std::set<std::size_t> others;
    for (std::size_t i = 0; i < source_.nodes.size(); ++i)
        if (!started.contains(i)) others.insert(i);
    convert_members(started, nullptr);
    const bool has_steps = std::ranges::any_of(
        others, [&](std::size_t node) { return role_of(source_.nodes[node]) != NodeRole::passed; });
    if (!has_steps) return report_others(others);
    if (file_.documents.size() >= limits::bundle_flows)
        return note(nullptr, NoteSeverity::error,
                    "the steps that no trigger leads to were left out: there are too many "
                    "workflows");
    // In n8n they never run; as a part of the whole they would.
    WorkflowConverter apart(source_, inner_id("apart"), depth_, file_);
    apart.name_ = name_ + ": steps that nothing starts";
    apart.is_apart_ = true;
    note(nullptr, NoteSeverity::warning,
         fmt::format("no trigger leads to some of its steps, so that n8n never runs them, or only "
                     "when another workflow fails; they are the workflow '{}'",
                     apart.name_),
         "Delete that one if nobody needs it.");
    apart.convert_members(others, nullptr);
}

void WorkflowConverter::convert_members(const std::set<std::size_t>& members, const Loop* body_of) {
    // What belongs to it follows it.
    const std::size_t place = file_.documents.size();
    file_.documents.emplace_back();
    for (const std::size_t node : members) {
        const NodeRole role = role_of(source_.nodes[node]);
        if (role == NodeRole::step || role == NodeRole::loop)
            id_by_node_.emplace(node, step_id(source_.nodes[node].name));
    }
    ShapeMaker maker(source_, members, body_of);
    for (Loop& loop : maker.take_loops()) loops_.emplace(loop.node, std::move(loop));
    shape_ = maker.finish();
    for (const std::size_t node : shape_.steps) convert_step(node);
    for (const ShapeEdge& edge : shape_.edges) connect(edge);
    put_output(body_of);
    report_cut();
    report_others(members);
    json::object document = document_of(members);
    if (!body_of && !is_apart_) {
        put_triggers(source_, document, file_.report);
        put_settings(source_, document, file_.report);
    }
    file_.documents[place] = std::move(document);
}

// An identifier of small letters: placeholders and scripts name it.
std::string WorkflowConverter::step_id(std::string_view name) {
    std::string id;
    for (const char c : name) {
        const bool is_upper = c >= 'A' && c <= 'Z';
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || is_upper)
            id += static_cast<char>(is_upper ? c - 'A' + 'a' : c);
        else if (!id.empty() && id.back() != '_')
            id += '_';
        if (id.size() == id_characters) break;
    }
    if (id.ends_with('_')) id.pop_back();
    if (id.empty()) id = "step";
    if (id.front() >= '0' && id.front() <= '9') id.insert(0, "step_");
    if (std::ranges::find(taken_ids, id) != taken_ids.end()) id += "_step";
    std::string unused = id;
    for (int number = 2; !step_ids_.insert(unused).second; ++number)
        unused = fmt::format("{}_{}", id, number);
    return unused;
}

DataPlace WorkflowConverter::trigger_place() const {
    return outer_ ? DataPlace{"$trigger", ".item", {}} : DataPlace{};
}

DataPlace WorkflowConverter::place_of_edge(const ShapeEdge& edge) const {
    const auto made = made_by_node_.find(edge.source);
    if (made == made_by_node_.end()) return trigger_place();
    const Step& step = made_[made->second].step;
    // n8n's `error` is a text there.
    for (const auto& [output, handle] : step.further_handles)
        if (output == edge.output && handle == "error")
            return {step.id, "", {{"error.message", "error.message"}, {"error", "error.message"}}};
    return step.place;
}

// Where the data of a node that is called by its name is.
std::optional<DataPlace> WorkflowConverter::place_of(std::string_view name, ItemChoice item) {
    const auto found = index_by_name_.find(name);
    if (found == index_by_name_.end()) return std::nullopt;
    std::size_t node = found->second;
    if (const auto origin = origin_.find(node); origin != origin_.end()) {
        if (!origin->second) return std::nullopt;
        node = *origin->second;
    }
    if (const auto made = made_by_node_.find(node); made != made_by_node_.end())
        return made_[made->second].step.place;
    if (outer_) return place_around(node, item);
    if (role_of(source_.nodes[node]) == NodeRole::trigger) return trigger_place();
    return std::nullopt;
}

Places WorkflowConverter::places_for(std::optional<DataPlace> input) {
    Places places;
    places.input = std::move(input);
    places.workflow_name = name_;
    places.of_node = [this](std::string_view name, ItemChoice item) {
        return place_of(name, item);
    };
    std::vector<std::string> waits;
    for (const auto& [node, id] : id_by_node_)
        if (source_.nodes[node].kind == "wait" &&
            text_at(source_.nodes[node].parameters, "resume") == "webhook")
            waits.push_back(id);
    if (waits.size() == 1) places.resume_url = ".resumeUrl." + waits.front();
    return places;
}

// The data that comes in by each of n8n's inputs.
std::vector<std::optional<DataPlace>> WorkflowConverter::inputs_of(std::size_t node) {
    const bool is_merge = source_.nodes[node].kind == "merge";
    std::vector<std::vector<DataPlace>> candidates;
    for (const ShapeEdge& edge : shape_.edges) {
        if (edge.target != node) continue;
        const std::size_t input = is_merge ? std::min(edge.input, limits::router_conditions) : 0;
        if (candidates.size() <= input) candidates.resize(input + 1);
        DataPlace place = place_of_edge(edge);
        if (std::ranges::find(candidates[input], place) == candidates[input].end())
            candidates[input].push_back(std::move(place));
    }
    std::vector<std::optional<DataPlace>> inputs;
    for (std::vector<DataPlace>& each : candidates) {
        if (each.empty())
            inputs.emplace_back();
        else if (each.size() == 1)
            inputs.emplace_back(each.front());
        else if (is_merge)
            inputs.emplace_back(first_of(node, each));
        else
            inputs.emplace_back(pick(node, std::move(each)));
    }
    if (inputs.empty()) inputs.emplace_back(trigger_place());
    return inputs;
}

// One input of a merge that several steps lead to.
DataPlace WorkflowConverter::first_of(std::size_t node, const std::vector<DataPlace>& candidates) {
    note(&source_.nodes[node], NoteSeverity::warning,
         fmt::format("several steps lead to one of its inputs; here only '{}' is read",
                     candidates.front().in_template()),
         "Join them in the code of this step.");
    return candidates.front();
}

// A step of our own that hands on whichever of the steps before has run, the last one first.
DataPlace WorkflowConverter::pick(std::size_t node, std::vector<DataPlace> candidates) {
    const SourceNode& from = source_.nodes[node];
    Step& step = add_step(id_by_node_.at(node) + "_input", "Input of " + from.name,
                          pick_code(std::move(candidates)), place_on_canvas(from, -1));
    entry_by_node_[node] = step.id;
    edges_.insert({step.id, "", id_by_node_.at(node)});
    note(&from, NoteSeverity::info,
         "several steps lead here: n8n runs it for each that has run, here it runs once with the "
         "last of them");
    return step.place;
}

std::string WorkflowConverter::pick_code(std::vector<DataPlace> candidates) const {
    std::map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < made_.size(); ++i) order.emplace(made_[i].step.id, i + 1);
    const auto place_in_order = [&](const DataPlace& place) {
        const auto found = order.find(place.root);
        return found == order.end() ? 0 : found->second;
    };
    std::ranges::sort(candidates, [&](const DataPlace& a, const DataPlace& b) {
        return std::pair(place_in_order(b), a.member) < std::pair(place_in_order(a), b.member);
    });
    std::string code = "// Whichever of the steps before has run.\nreturn ";
    for (const DataPlace& place : candidates) code += place.in_code() + " ?? ";
    return code + "null;";
}

// A code step that n8n has not.
Step& WorkflowConverter::add_step(const std::string& wanted_id, const std::string& label,
                                  std::string code, Position position) {
    MadeStep made{trigger_index, {}, position};
    made.step.id = step_id(wanted_id);
    made.step.type = "code-execution";
    made.step.place = {made.step.id, "", {}};
    made.step.data = {{"label", cut_to_bytes(label, limits::import_name_bytes)},
                      {"code", std::move(code)}};
    made_.push_back(std::move(made));
    return made_.back().step;
}

void WorkflowConverter::convert_step(std::size_t node) {
    const SourceNode& from = source_.nodes[node];
    auto inputs = inputs_of(node);
    const auto first = inputs.front();
    std::vector<const SourceNode*> parts;
    for (const PartLink& part : source_.parts)
        if (part.whole == node) parts.push_back(&source_.nodes[part.part]);
    MadeStep made{node, {}, place_on_canvas(from)};
    made.step.id = id_by_node_.at(node);
    const std::size_t depth = depth_ + 1;
    StepMaker maker({source_, from, places_for(first), std::move(inputs), std::move(parts),
                     [this, depth, &from](const json::object& inner, const std::string&) {
                         return convert_workflow(inner, from.pointer + "/parameters/workflowJson",
                                                 depth, file_);
                     },
                     file_.report},
                    made.step);
    if (const auto loop = loops_.find(node); loop != loops_.end())
        put_loop(loop->second, maker);
    else if (const MakeStep make = find_step(from.kind))
        make(maker);
    else
        maker.unsupported(fmt::format("nodes of the type '{}' have no counterpart", from.type),
                          "Replace it by an HTTP request to that service, or by code.");
    put_common(maker);
    put_error_output(maker);
    file_.report.add(
        ImportedNode{name_, from.name, made.step.id, from.type, made.step.type, made.step.outcome});
    made_by_node_.emplace(node, made_.size());
    made_.push_back(std::move(made));
    if (loops_.contains(node) && made_.back().step.type == "map") put_loop_items(node);
}

void WorkflowConverter::put_common(StepMaker& maker) {
    const SourceNode& from = maker.node();
    json::object data{{"label", from.name}};
    std::string description(text_at(maker.data(), "description"));
    if (!from.notes.empty()) description += (description.empty() ? "" : "\n") + from.notes;
    for (auto& member : maker.data())
        if (member.key() != "description") data[member.key()] = std::move(member.value());
    if (!description.empty())
        data["description"] = cut_to_bytes(description, limits::import_description_bytes);
    const bool talks = maker.step().type == "http-request" || maker.step().type == "llm-chat" ||
                       maker.step().type == "sub-flow";
    if (from.tries > 1 && talks)
        data["retry"] = json::object{
            {"maxRetries", from.tries - 1}, {"backoffMs", from.pause_ms}, {"backoffFactor", 1}};
    maker.data() = std::move(data);
    if (from.tries > 1 && !talks) maker.changed("steps of this type are not repeated here");
    if (flag_at(from.original, "executeOnce", false))
        maker.note(NoteSeverity::info, "it runs once for all items, as every step does here");
}

bool WorkflowConverter::leaves_by(std::size_t node, std::size_t output) const {
    return std::ranges::any_of(shape_.edges, [&](const ShapeEdge& edge) {
        return edge.source == node && edge.output == output;
    });
}

void WorkflowConverter::put_error_output(StepMaker& maker) {
    Step& step = maker.step();
    const std::string& way = maker.node().on_error;
    if (way == "continueRegularOutput") {
        step.data["onError"] = "continue";
        maker.note(NoteSeverity::info, "when it fails, the next steps get { error } from it");
    }
    if (way != "continueErrorOutput") return;
    std::size_t output = step.handles.size();
    for (const auto& [further, handle] : step.further_handles)
        output = std::max(output, further + 1);
    if (leaves_by(index_by_name_.at(maker.node().name), output)) {
        step.data["onError"] = "branch";
        step.further_handles.emplace_back(output, "error");
        return;
    }
    maker.changed("its way out for errors leads nowhere: there a failure ends the run",
                  "Connect its output 'error'.");
}

std::vector<std::string> WorkflowConverter::handles_of(const ShapeEdge& edge) const {
    const Step& step = made_[made_by_node_.at(edge.source)].step;
    std::vector<std::string> handles;
    if (edge.output < step.handles.size()) handles.push_back(step.handles[edge.output]);
    for (const auto& [output, handle] : step.further_handles)
        if (output == edge.output) handles.push_back(handle);
    return handles;
}

void WorkflowConverter::connect_to(const ShapeEdge& edge, const std::string& target) {
    for (const std::string& handle : handles_of(edge)) {
        const auto exit = exit_by_node_.find(edge.source);
        const bool leaves_elsewhere = exit != exit_by_node_.end() && handle != "error";
        edges_.insert(
            {leaves_elsewhere ? exit->second : id_by_node_.at(edge.source), handle, target});
    }
}

void WorkflowConverter::connect(const ShapeEdge& edge) {
    if (edge.source == trigger_index || edge.target == end_index) return;
    if (handles_of(edge).empty())
        note(&source_.nodes[edge.source], NoteSeverity::warning,
             fmt::format("its output {} has no counterpart; the connection to '{}' was left out",
                         edge.output, source_.nodes[edge.target].name));
    const auto entry = entry_by_node_.find(edge.target);
    connect_to(edge, entry == entry_by_node_.end() ? id_by_node_.at(edge.target) : entry->second);
}

std::optional<std::string> convert_workflow(const json::object& workflow,
                                            const std::string& pointer, std::size_t depth,
                                            FileState& file) {
    const auto* nodes = workflow.if_contains("nodes");
    if (!nodes || !nodes->is_array() || nodes->get_array().size() > limits::graph_nodes ||
        depth >= limits::import_loop_depth || file.documents.size() >= limits::bundle_flows ||
        !file.has_room_for(nodes->get_array().size()))
        return std::nullopt;
    const Source source = read_source(workflow, pointer, file.report);
    std::string id = file.unused_id(
        source.id.empty() ? fmt::format("n8n-{}", file.documents.size() + 1)
                          : std::string(cut_to_bytes(source.id, limits::node_id_characters / 2)));
    WorkflowConverter(source, id, depth, file).convert();
    return id;
}

}  // namespace swiftgrid::control::n8n

#include "control/n8n/workflow.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/triggers.h"

namespace swiftgrid::control::n8n {
namespace {

// What a step may not be called: it means something else in placeholders, in JavaScript, or in the
// code around n8n's.
constexpr std::array<std::string_view, 68> taken_ids = {
    "previous", "prev",      "trigger",  "input",    "webhook",    "map",     "item",
    "index",    "nodes",     "value",    "data",     "items",      "between", "contains",
    "matches",  "console",   "dates",    "crypto",   "break",      "case",    "catch",
    "class",    "const",     "continue", "debugger", "default",    "delete",  "do",
    "else",     "enum",      "export",   "extends",  "false",      "finally", "for",
    "function", "if",        "import",   "in",       "instanceof", "new",     "null",
    "return",   "super",     "switch",   "this",     "throw",      "true",    "try",
    "typeof",   "var",       "void",     "while",    "with",       "yield",   "let",
    "static",   "await",     "async",    "of",       "arguments",  "eval",    "undefined",
    "package",  "interface", "private",  "public",   "protected"};

constexpr std::size_t id_characters = 40;
constexpr std::size_t description_bytes = 4'000;
constexpr std::size_t name_bytes = 200;

// n8n draws from left to right, we from top to bottom.
constexpr double across = 1.5;
constexpr double down = 0.6;
constexpr double above = 65;

std::set<std::size_t> all_of(const Source& source) {
    std::set<std::size_t> all;
    for (std::size_t i = 0; i < source.nodes.size(); ++i) all.insert(i);
    return all;
}

}  // namespace

std::string FileState::unused_id(const std::string& wanted) {
    std::string id = wanted;
    for (int number = 2; !ids.insert(id).second; ++number)
        id = fmt::format("{}-{}", wanted, number);
    return id;
}

WorkflowConverter::WorkflowConverter(const Source& source, std::string id, std::size_t depth,
                                     FileState& file)
    : source_(source), id_(std::move(id)), name_(source.name), depth_(depth), file_(file) {
    for (std::size_t i = 0; i < source.nodes.size(); ++i)
        index_by_name_.emplace(source.nodes[i].name, i);
}

WorkflowConverter::WorkflowConverter(const Source& source, std::string id, std::size_t depth,
                                     FileState& file, const Outer& outer)
    : WorkflowConverter(source, std::move(id), depth, file) {
    outer_ = outer;
    name_ = outer.around->name_ + ": " + source.nodes[outer.loop].name;
}

void WorkflowConverter::convert() { convert_members(all_of(source_), nullptr); }

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
    std::vector<ShapeEdge> cut;
    shape_ = maker.finish(cut);
    for (const std::size_t node : shape_.steps) convert_step(node);
    for (const ShapeEdge& edge : shape_.edges) connect(edge);
    report_cut(cut);
    report_others(members);
    json::object document = document_of(members);
    if (!body_of) {
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
std::optional<DataPlace> WorkflowConverter::place_of(std::string_view name) {
    const auto found = index_by_name_.find(name);
    if (found == index_by_name_.end()) return std::nullopt;
    std::size_t node = found->second;
    // One that only passes on has what leads to it.
    for (std::size_t step = 0; step < source_.nodes.size(); ++step) {
        if (role_of(source_.nodes[node]) != NodeRole::passed) break;
        const auto before = std::ranges::find(source_.links, node, &SourceLink::target);
        if (before == source_.links.end()) return std::nullopt;
        node = before->source;
    }
    if (const auto made = made_by_node_.find(node); made != made_by_node_.end())
        return made_[made->second].step.place;
    if (outer_) return place_around(node);
    if (role_of(source_.nodes[node]) == NodeRole::trigger) return trigger_place();
    return std::nullopt;
}

// What the body of a loop reads of what is around it is handed over by name.
std::optional<DataPlace> WorkflowConverter::place_around(std::size_t node) {
    if (node == outer_->loop) return trigger_place();
    if (id_by_node_.contains(node)) return std::nullopt;  // of the body, but not before this one
    auto place = outer_->around->place_of(source_.nodes[node].name);
    if (!place) return std::nullopt;
    const auto known = outer_->around->id_by_node_.find(node);
    const std::string name = known == outer_->around->id_by_node_.end() ? "start" : known->second;
    outer_reads_.emplace("from_" + name, "{{" + place->in_template() + "}}");
    return DataPlace{"$trigger", ".from_" + name, place->renamed};
}

Places WorkflowConverter::places_for(std::optional<DataPlace> input) {
    Places places;
    places.input = std::move(input);
    places.workflow_name = name_;
    places.of_node = [this](std::string_view name) { return place_of(name); };
    std::vector<std::string> waits;
    for (const auto& [node, id] : id_by_node_)
        if (source_.nodes[node].kind == "wait" &&
            text_at(source_.nodes[node].parameters, "resume") == "webhook")
            waits.push_back(id);
    if (waits.size() == 1) places.resume_url = "$run.resumeUrl." + waits.front();
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
        else if (each.size() == 1 || is_merge)
            inputs.emplace_back(each.front());
        else
            inputs.emplace_back(pick(node, std::move(each)));
    }
    if (inputs.empty()) inputs.emplace_back(trigger_place());
    return inputs;
}

// A step of our own that hands on whichever of the steps before has run, the last one first.
DataPlace WorkflowConverter::pick(std::size_t node, std::vector<DataPlace> candidates) {
    std::map<std::string, std::size_t> order;
    for (std::size_t i = 0; i < made_.size(); ++i) order.emplace(made_[i].step.id, i + 1);
    const auto place_in_order = [&](const DataPlace& place) {
        const auto found = order.find(place.root);
        return found == order.end() ? 0 : found->second;
    };
    std::ranges::sort(candidates, [&](const DataPlace& a, const DataPlace& b) {
        return std::pair(place_in_order(b), a.member) < std::pair(place_in_order(a), b.member);
    });
    MadeStep made;
    made.node = trigger_index;
    made.step.id = step_id(id_by_node_.at(node) + "_input");
    made.step.type = "code-execution";
    made.step.place = {made.step.id, "", {}};
    std::string code = "// Whichever of the steps before has run.\nreturn ";
    for (const DataPlace& place : candidates) code += place.in_code() + " ?? ";
    made.step.data = {{"label", shortened_to("Input of " + source_.nodes[node].name, name_bytes)},
                      {"code", code + "null;"}};
    made.x = source_.nodes[node].y * across;
    made.y = source_.nodes[node].x * down - above;
    entry_by_node_[node] = made.step.id;
    edges_.insert({made.step.id, "", id_by_node_.at(node)});
    note(&source_.nodes[node], NoteSeverity::info,
         "several steps lead here: n8n runs it for each that has run, here it runs once with the "
         "last of them");
    made_.push_back(std::move(made));
    return made_.back().step.place;
}

void WorkflowConverter::convert_step(std::size_t node) {
    const SourceNode& from = source_.nodes[node];
    auto inputs = inputs_of(node);
    const auto first = inputs.front();
    std::vector<const SourceNode*> parts;
    for (const PartLink& part : source_.parts)
        if (part.whole == node) parts.push_back(&source_.nodes[part.part]);
    MadeStep made{node, {}, from.y * across, from.x * down};
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
    const Loop* loop = loops_.contains(node) ? &loops_.at(node) : nullptr;
    if (!loop || made_.back().step.type != "map") return;
    MadeStep items;
    items.node = trigger_index;
    items.step.id = step_id(id_by_node_.at(node) + "_items");
    items.step.type = "code-execution";
    items.step.place = {items.step.id, "", {}};
    items.step.data = {
        {"label", shortened_to("Items of " + from.name, name_bytes)},
        {"code", "return nodes." + id_by_node_.at(node) + ".results.map((item) => item.value);"}};
    items.x = from.y * across;
    items.y = from.x * down + above;
    exit_by_node_[node] = items.step.id;
    edges_.insert({id_by_node_.at(node), "", items.step.id});
    made_[made_by_node_.at(node)].step.place = items.step.place;
    made_.push_back(std::move(items));
}

// A map over a workflow of the loop's body.
void WorkflowConverter::put_loop(const Loop& loop, StepMaker& maker) {
    const bool done_first = source_.nodes[loop.node].version >= 3;
    if (!loop.is_whole || depth_ + 1 >= limits::import_loop_depth ||
        file_.documents.size() >= limits::bundle_flows)
        return maker.unsupported(
            loop.is_whole ? "there are too many loops inside loops"
                          : "other steps lead into this loop or out of it, or it is empty",
            "Make a workflow of the loop's body and call it with a map.");
    const std::string inner_id = file_.unused_id(id_ + "--" + maker.step().id);
    WorkflowConverter inner(source_, inner_id, depth_ + 1, file_, Outer{this, loop.node});
    inner.convert_members({loop.body.begin(), loop.body.end()}, &loop);
    const std::string input = maker.input().in_template();
    maker.step().type = "map";
    maker.step().handles.clear();
    maker.step().further_handles = {{done_first ? 0 : 1, ""}};
    maker.data() = {
        {"inputArray", fmt::format("{{{{ Array.isArray({0}) ? {0} : [{0}] }}}}", input)},
        {"subflowId", inner_id},
        {"maxConcurrent", 1},
        {"continueOnError", false}};
    json::object mapping;
    for (const auto& [name, hole] : inner.outer_reads_) mapping[name] = hole;
    if (!mapping.empty()) maker.data()["inputMapping"] = std::move(mapping);
    if (integer_at(maker.parameters(), "batchSize", 1) > 1)
        maker.changed("it works on several items at a time; here it works on one",
                      "Raise how many it works on at the same time, if speed is what counts.");
    maker.note(NoteSeverity::info,
               fmt::format("the steps of this loop are the workflow '{}' now; publish that one "
                           "first",
                           inner.name_));
}

void WorkflowConverter::put_common(StepMaker& maker) {
    const SourceNode& from = maker.node();
    json::object data{{"label", shortened_to(from.name, name_bytes)}};
    std::string description(text_at(maker.data(), "description"));
    if (!from.notes.empty()) description += (description.empty() ? "" : "\n") + from.notes;
    for (auto& member : maker.data())
        if (member.key() != "description") data[member.key()] = std::move(member.value());
    if (!description.empty()) data["description"] = shortened_to(description, description_bytes);
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

void WorkflowConverter::connect(const ShapeEdge& edge) {
    if (edge.source == trigger_index) return;
    const Step& step = made_[made_by_node_.at(edge.source)].step;
    std::vector<std::string> handles;
    if (edge.output < step.handles.size()) handles.push_back(step.handles[edge.output]);
    for (const auto& [output, handle] : step.further_handles)
        if (output == edge.output) handles.push_back(handle);
    const auto entry = entry_by_node_.find(edge.target);
    const std::string& target =
        entry == entry_by_node_.end() ? id_by_node_.at(edge.target) : entry->second;
    if (handles.empty())
        note(&source_.nodes[edge.source], NoteSeverity::warning,
             fmt::format("its output {} has no counterpart; the connection to '{}' was left out",
                         edge.output, source_.nodes[edge.target].name));
    for (const std::string& handle : handles) {
        const auto exit = exit_by_node_.find(edge.source);
        const bool leaves_elsewhere = exit != exit_by_node_.end() && handle != "error";
        edges_.insert({leaves_elsewhere ? exit->second : step.id, handle, target});
    }
}

std::optional<std::string> convert_workflow(const json::object& workflow,
                                            const std::string& pointer, std::size_t depth,
                                            FileState& file) {
    const auto* nodes = workflow.if_contains("nodes");
    if (!nodes || !nodes->is_array() || nodes->get_array().size() > limits::graph_nodes ||
        depth >= limits::import_loop_depth || file.documents.size() >= limits::bundle_flows)
        return std::nullopt;
    const Source source = read_source(workflow, pointer, file.report);
    const std::string id =
        file.unused_id(source.id.empty() ? fmt::format("n8n-{}", file.documents.size() + 1)
                                         : shortened_to(source.id, name_bytes));
    WorkflowConverter(source, id, depth, file).convert();
    return id;
}

}  // namespace swiftgrid::control::n8n

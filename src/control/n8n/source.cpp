#include "control/n8n/source.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "model/schema.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::int64_t tries_default = 3;
constexpr double coordinate_max = 1e6;

// What stands behind the last dot: "n8n-nodes-base.httpRequest" is an httpRequest.
std::string kind_of(const std::string& type) {
    const auto dot = type.rfind('.');
    return dot == std::string::npos ? type : type.substr(dot + 1);
}

double coordinate(const json::object& node, std::size_t axis) {
    const auto* position = node.if_contains("position");
    const auto* array = position ? position->if_array() : nullptr;
    if (!array || axis >= array->size() || !(*array)[axis].is_number()) return 0;
    const double number = (*array)[axis].to_number<double>();
    return std::isfinite(number) ? std::clamp(number, -coordinate_max, coordinate_max) : 0;
}

std::string name_at(const json::object& object, std::string_view name) {
    return std::string(cut_to_bytes(text_at(object, name), limits::import_name_bytes));
}

json::object object_at(const json::object& object, std::string_view name) {
    const auto* member = object.if_contains(name);
    return member && member->is_object() ? member->get_object() : json::object();
}

class Reader {
public:
    Reader(const json::object& workflow, const std::string& pointer, ImportReport& report)
        : workflow_(workflow), pointer_(pointer), report_(report) {}

    Source read() {
        source_.name = name_at(workflow_, "name");
        if (source_.name.empty()) source_.name = "Imported from n8n";
        source_.id = name_at(workflow_, "id");
        source_.settings = object_at(workflow_, "settings");
        source_.has_pinned_data = !object_at(workflow_, "pinData").empty();
        if (const auto* tags = workflow_.if_contains("tags"); tags && tags->is_array())
            source_.has_tags = !tags->get_array().empty();
        if (const auto* nodes = workflow_.if_contains("nodes"); nodes && nodes->is_array())
            for (std::size_t i = 0; i < nodes->get_array().size(); ++i)
                node(nodes->get_array()[i], fmt::format("{}/nodes/{}", pointer_, i));
        if (const auto* links = workflow_.if_contains("connections"); links && links->is_object())
            for (const auto& member : links->get_object())
                connections_of(std::string(member.key()), member.value());
        else if (links)
            note(pointer_ + "/connections", "the connections are no object; they were left out");
        if (left_out_ > 0)
            note(pointer_ + "/connections",
                 fmt::format("there are too many connections: {} were left out", left_out_));
        return std::move(source_);
    }

private:
    void note(std::string pointer, std::string reason) {
        report_.add(ImportNote{NoteSeverity::warning, source_.name, "", "", std::move(pointer),
                               std::move(reason), "Compare the result with the workflow in n8n."});
    }

    void node(const json::value& value, const std::string& pointer) {
        const auto* object = value.if_object();
        if (!object) return note(pointer, "this node is no object; it was left out");
        SourceNode node;
        node.type = name_at(*object, "type");
        if (node.type.empty()) return note(pointer, "this node has no type; it was left out");
        std::string whole_name(text_at(*object, "name"));
        if (whole_name.empty()) whole_name = kind_of(node.type);
        node.name = unique_name(whole_name, pointer);
        node.kind = kind_of(node.type);
        node.version = number_at(*object, "typeVersion", 1);
        node.parameters = object_at(*object, "parameters");
        node.credentials = object_at(*object, "credentials");
        node.is_disabled = flag_at(*object, "disabled", false);
        node.notes = text_at(*object, "notes");
        node.on_error = text_at(*object, "onError");
        if (node.on_error.empty() && flag_at(*object, "continueOnFail", false))
            node.on_error = "continueRegularOutput";
        if (flag_at(*object, "retryOnFail", false))
            node.tries = std::clamp<std::int64_t>(integer_at(*object, "maxTries", tries_default), 1,
                                                  limits::retries_max);
        node.pause_ms = std::clamp<std::int64_t>(integer_at(*object, "waitBetweenTries", 1000), 0,
                                                 limits::http_time_ms_max);
        node.x = coordinate(*object, 0);
        node.y = coordinate(*object, 1);
        node.pointer = pointer;
        node.original = *object;
        index_by_name_.emplace(std::move(whole_name), source_.nodes.size());
        source_.nodes.push_back(std::move(node));
    }

    // Connections go by name: those of the first one stay with it.
    std::string unique_name(const std::string& whole, const std::string& pointer) {
        const std::string wanted(cut_to_bytes(whole, limits::import_name_bytes));
        std::string name = wanted;
        for (int number = 2; !names_.insert(name).second; ++number)
            name = fmt::format("{} {}", wanted, number);
        if (name != whole)
            note(pointer + "/name",
                 index_by_name_.contains(whole)
                     ? fmt::format("another node is called '{}' too; this one is '{}' now, and "
                                   "connections lead to the first one",
                                   wanted, name)
                     : fmt::format("its name is too long; it is '{}' now", name));
        return name;
    }

    void connections_of(const std::string& name, const json::value& kinds) {
        const std::string pointer = model::join_pointer(
            pointer_ + "/connections", cut_to_bytes(name, limits::import_name_bytes));
        const auto source = index_by_name_.find(name);
        if (source == index_by_name_.end())
            return note(pointer, fmt::format("there is no node '{}'; its connections were left out",
                                             cut_to_bytes(name, limits::import_name_bytes)));
        const auto* object = kinds.if_object();
        if (!object) return note(pointer, "these connections are no object; they were left out");
        for (const auto& kind : *object) {
            const auto* outputs = kind.value().if_array();
            if (!outputs) continue;
            for (std::size_t output = 0; output < outputs->size(); ++output)
                output_of(source->second,
                          std::string(cut_to_bytes(kind.key(), limits::import_name_bytes)), output,
                          (*outputs)[output], pointer);
        }
    }

    void output_of(std::size_t source, const std::string& kind, std::size_t output,
                   const json::value& targets, const std::string& pointer) {
        const auto* array = targets.if_array();
        if (!array) return;  // an output that leads nowhere is null
        for (const json::value& value : *array) {
            const auto* object = value.if_object();
            const auto found = object ? index_by_name_.find(std::string(text_at(*object, "node")))
                                      : index_by_name_.end();
            if (found == index_by_name_.end()) {
                note(pointer, "a connection leads to a node that is not there; it was left out");
                continue;
            }
            if (kind != "main") {
                add_part({source, found->second, kind});
                continue;
            }
            const std::int64_t input = std::clamp<std::int64_t>(
                integer_at(*object, "index", 0), 0, static_cast<std::int64_t>(limits::graph_nodes));
            const SourceLink link{source, output, found->second, static_cast<std::size_t>(input)};
            if (!known_links_.insert(link).second) continue;
            if (source_.links.size() < limits::graph_edges)
                source_.links.push_back(link);
            else
                ++left_out_;
        }
    }

    void add_part(PartLink part) {
        if (!known_parts_.insert(part).second) return;
        if (source_.parts.size() < limits::graph_edges)
            source_.parts.push_back(std::move(part));
        else
            ++left_out_;
    }

    const json::object& workflow_;
    const std::string& pointer_;
    ImportReport& report_;
    Source source_;
    std::map<std::string, std::size_t, std::less<>> index_by_name_;
    std::set<std::string, std::less<>> names_;
    std::set<SourceLink> known_links_;
    std::set<PartLink> known_parts_;
    std::size_t left_out_ = 0;  // connections
};

}  // namespace

Source read_source(const json::object& workflow, const std::string& pointer, ImportReport& report) {
    return Reader(workflow, pointer, report).read();
}

}  // namespace swiftgrid::control::n8n

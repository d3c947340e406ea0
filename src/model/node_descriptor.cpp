#include "model/node_descriptor.h"

#include <algorithm>

#include "base/assert.h"
#include "model/schema.h"

namespace swiftgrid::model {
namespace {

json::array describe(const std::vector<Handle>& handles) {
    json::array out;
    for (const Handle& handle : handles)
        out.push_back(
            json::object{{"id", handle.id}, {"label", handle.label}, {"color", handle.color}});
    return out;
}

}  // namespace

const NodeDescriptor* NodeTypes::find(std::string_view name) const {
    for (const NodeDescriptor& descriptor : descriptors_) {
        if (descriptor.type == name) return &descriptor;
        if (std::ranges::find(descriptor.aliases, name) != descriptor.aliases.end())
            return &descriptor;
    }
    return nullptr;
}

json::object schema_literal(std::string_view text) {
    auto value = parse_json(text);
    SG_ASSERT(value.has_value(), "a schema of ours is valid JSON");
    SG_ASSERT(value->is_object(), "a schema of ours is an object");
    return std::move(value->get_object());
}

json::object defaults_of(const NodeDescriptor& descriptor) {
    json::object data;
    fill_defaults(descriptor.data_schema, data);
    return data;
}

std::vector<Handle> outputs_of(const NodeDescriptor& descriptor, const json::object& data) {
    if (descriptor.handles) return descriptor.handles(data);
    return {Handle{}};
}

json::object describe(const NodeDescriptor& descriptor) {
    const json::object defaults = defaults_of(descriptor);
    return {
        {"type", descriptor.type},
        {"aliases", json::array(descriptor.aliases.begin(), descriptor.aliases.end())},
        {"label", descriptor.label},
        {"icon", descriptor.icon},
        {"category", descriptor.category},
        {"summary", descriptor.summary},
        {"available", descriptor.available},
        {"hasOutsideEffect", descriptor.has_outside_effect},
        {"canFail", descriptor.can_fail},
        {"dataSchema", descriptor.data_schema},
        {"defaults", defaults},
        {"outputs", describe(outputs_of(descriptor, defaults))},
        {"dynamicOutputs", descriptor.handles != nullptr},
    };
}

}  // namespace swiftgrid::model

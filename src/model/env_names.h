#pragma once

// The names that flows use for secrets and variables: where a graph mentions them, and what is
// known of them.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "expr/template.h"
#include "model/flow.h"
#include "model/node_descriptor.h"

namespace swiftgrid::model {

enum class EnvKind : std::uint8_t { secret, variable };

// What `$env` holds.
using EnvKinds = std::map<std::string, EnvKind, std::less<>>;

// What a template reads of `$env`, in order of its holes.
struct EnvName {
    std::string name;
    bool is_required = true;  // false: it has a default
};
std::vector<EnvName> env_names_in(const expr::Template& input);

// One place where a graph mentions a name: in a template, or handed on to another flow.
struct EnvUse {
    std::string name;
    std::string node_id;
    bool is_required = true;  // false: the template has a default

    auto operator<=>(const EnvUse&) const = default;
};

// Sorted; each name once per node. What is not of the form of a graph is passed over.
std::vector<EnvUse> env_uses(const Graph& graph, const NodeTypes& types);

// A name under which a graph hands something on to another flow.
struct EnvHandedOn {
    std::string flow_id;
    std::string name;  // the other flow's

    auto operator<=>(const EnvHandedOn&) const = default;
};
std::vector<EnvHandedOn> env_handed_on(const Graph& graph, const NodeTypes& types);

// Whether a name may be given: a letter or _, then letters, digits and _.
bool is_env_name(std::string_view name);

// "Did you mean 'STRIPE_KEY'?", or what else to do about a name that does not exist.
std::string mend_of_unknown(std::string_view name, const EnvKinds& known);

}  // namespace swiftgrid::model

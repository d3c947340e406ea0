#pragma once

// What the paths and scripts of one node can read: the run's input, facts about the run, and the
// results of upstream nodes (engine.md section 2).

#include "engine/environment.h"
#include "engine/run_state.h"
#include "expr/template.h"
#include "model/plan.h"

namespace swiftgrid::engine {

// Whether `node` works with the result of `source`: it had ended when the node's first attempt
// began (with `join: any` others may end later), or none has begun yet.
bool counts_for(const RunState& run, NodeIndex source, NodeIndex node);

class RunScope : public expr::Scope {
public:
    // Borrows everything. Once an attempt has begun, later results do not count any more.
    RunScope(const RunState& run, const model::Plan& plan, NodeIndex node,
             const Environment& environment)
        : run_(run), plan_(plan), node_(node), environment_(environment) {}

    std::optional<JsonText> root(std::string_view name) const override;
    std::string why_missing(std::string_view name) const override;

    // The node would hand the value of a secret to another run, whose log holds its input.
    bool passes_on_secret() const;

private:
    bool is_upstream(NodeIndex node) const;
    const std::optional<JsonText>& result_of(NodeIndex source) const;
    JsonText run_facts() const;
    std::optional<JsonText> make_env() const;
    std::optional<std::string_view> vault_name(std::string_view name) const;
    std::vector<std::string> visible_names() const;

    const RunState& run_;
    const model::Plan& plan_;
    NodeIndex node_;
    const Environment& environment_;
    // `$env`, kept since each of its places asks for it.
    mutable std::optional<std::optional<JsonText>> env_;
};

using Bindings = std::vector<std::pair<std::string, JsonText>>;

// The named roots with their values, in the given order; a root without a value is left out. So is
// `$env`, always: what a script makes of a secret would not be recognised any more.
Bindings bindings_of(const expr::Scope& scope, std::span<const std::string> roots);

}  // namespace swiftgrid::engine

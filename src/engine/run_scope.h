#pragma once

// What the paths and scripts of one node can read: the run's input, facts about the run, and the
// results of upstream nodes (engine.md section 2).

#include "engine/environment.h"
#include "engine/run_state.h"
#include "expr/template.h"
#include "model/plan.h"

namespace swiftgrid::engine {

class RunScope : public expr::Scope {
public:
    // Borrows everything.
    RunScope(const RunState& run, const model::Plan& plan, NodeIndex node,
             const Environment& environment = empty_environment)
        : run_(run), plan_(plan), node_(node), environment_(environment) {}

    std::optional<JsonText> root(std::string_view name) const override;
    std::string why_missing(std::string_view name) const override;

    // The node would hand the value of a secret to another run, whose log holds its input.
    bool passes_on_secret() const;

private:
    bool is_upstream(NodeIndex node) const;
    JsonText run_facts() const;
    std::optional<JsonText> env() const;
    std::optional<std::string_view> vault_name(std::string_view name) const;
    std::vector<std::string> visible_names() const;

    const RunState& run_;
    const model::Plan& plan_;
    NodeIndex node_;
    const Environment& environment_;
};

using Bindings = std::vector<std::pair<std::string, JsonText>>;

// The named roots with their values, in the given order; a root without a value is left out.
Bindings bindings_of(const expr::Scope& scope, std::span<const std::string> roots);

}  // namespace swiftgrid::engine

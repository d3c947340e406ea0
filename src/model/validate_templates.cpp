#include "model/validate_templates.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "expr/nearest_name.h"
#include "expr/template.h"
#include "expr/tokens.h"
#include "model/schema.h"
#include "model/secret_paths.h"

namespace swiftgrid::model {
namespace {

// Roots that every node may use (engine.md section 2); `map` stands for the item in a map's child.
constexpr std::array<std::string_view, 8> common_roots = {"$trigger", "$input", "trigger", "input",
                                                          "webhook",  "$run",   "$flow",   "map"};

// `$run.resumeUrl` or `$run['resumeUrl']` in a script.
bool mentions_resume_url(const expr::Script& script) {
    if (std::ranges::find(script.roots, "$run") == script.roots.end()) return false;
    expr::Tokens tokens(script.source);
    for (auto token = tokens.next();
         token.kind != expr::TokenKind::end && token.kind != expr::TokenKind::unclosed;
         token = tokens.next()) {
        std::string_view name = token.text;
        if (token.kind == expr::TokenKind::string) name = name.substr(1, name.size() - 2);
        const bool is_name =
            token.kind == expr::TokenKind::identifier || token.kind == expr::TokenKind::string;
        if (is_name && name == resume_url_member) return true;
    }
    return false;
}

class TemplateValidator {
public:
    TemplateValidator(const TemplateContext& context, std::uint32_t index,
                      const NodeDescriptor& descriptor, ProblemList& list)
        : context_(context),
          index_(index),
          node_(context.graph.nodes[index]),
          descriptor_(descriptor),
          list_(list) {}

    void run() {
        if (!descriptor_.input_template) return;
        json::object data = node_.data;
        fill_defaults(descriptor_.data_schema, data);
        const auto tree = descriptor_.input_template(data);
        if (!tree) return;
        std::vector<expr::Template::Problem> syntax;
        const auto compiled = expr::Template::compile(*tree, syntax);
        for (const auto& problem : syntax)
            error(located(problem.pointer), "placeholder_syntax", problem.message,
                  "A placeholder is {{node.field}} or {{node.field ?? \"default\"}}.");
        for (const expr::Hole& hole : compiled.holes()) {
            if (list_.is_full()) return;
            check(hole);
        }
    }

private:
    // The pointer in the document for one in the tree of the input.
    std::string located(const std::string& pointer) const {
        const std::string base = join_pointer("/graph/nodes", index_) + "/data";
        for (const auto& [from, to] : descriptor_.input_pointers) {
            const bool inside = pointer.starts_with(from) &&
                                (pointer.size() == from.size() || pointer[from.size()] == '/');
            if (inside) return base + to + pointer.substr(from.size());
        }
        return base + pointer;
    }

    void error(std::string pointer, std::string code, std::string detail, std::string mend) {
        list_.add({Severity::error, std::move(pointer), node_.id, std::move(code),
                   std::move(detail), std::move(mend)});
    }

    void check(const expr::Hole& hole) {
        const std::string pointer = located(hole.pointer);
        if (const auto* path = std::get_if<expr::Path>(&hole.expression)) {
            if (path->root == "$env") return secret(*path, pointer);
            if (is_resume_url(*path)) return resume_url(*path, pointer);
            return root(path->root, pointer, true);
        }
        // Other names in a script may be its own or JavaScript's.
        const auto& script = std::get<expr::Script>(hole.expression);
        for (const std::string& name : script.roots) root(name, pointer, false);
        if (std::ranges::find(script.roots, "$env") != script.roots.end())
            error(pointer, "secret_in_script", "scripts cannot read $env",
                  "Write {{$env.NAME}} as a placeholder of its own; it may stand inside other "
                  "text.");
        if (mentions_resume_url(script))
            error(pointer, "secret_in_script", "scripts cannot read resume addresses",
                  "Write {{$run.resumeUrl.<node>}} as a placeholder of its own; it may stand "
                  "inside other text.");
        list_.add_script({ScriptForm::expression, pointer, node_.id, script.source});
    }

    void secret(const expr::Path& path, const std::string& pointer) {
        const auto name = env_name(path);
        if (!name)
            return error(pointer, "secret_without_name",
                         "after $env the name of a secret is missing", "Write {{$env.NAME}}.");
        const EnvKinds* env = context_.surroundings.env;
        if (!env) return;
        const auto found = env->find(*name);
        // It would reach the other run's log as its input.
        if (found != env->end() && found->second == EnvKind::secret && descriptor_.calls_flows)
            return error(
                pointer, "secret_not_passed_on",
                fmt::format("the secret '{}' cannot be part of another flow's input", *name),
                "Hand it on by its name, with the secrets of this step.");
        if (found != env->end() || path.default_value) return;
        error(pointer, "unknown_secret", fmt::format("there is no secret '{}'", *name),
              mend_of_unknown(*name, *env));
    }

    void resume_url(const expr::Path& path, const std::string& pointer) {
        const auto id = resumed_node(path);
        if (!id || path.steps.size() > 2)
            return error(pointer, "resume_url_without_node",
                         "after resumeUrl the id of a node that waits is expected, and no more",
                         "Write {{$run.resumeUrl.<node>}}.");
        // It would reach the other run's log as its input.
        if (descriptor_.calls_flows)
            return error(pointer, "resume_url_not_passed_on",
                         "a resume address cannot be given to another flow",
                         "Send it to the outside in this flow, with an HTTP request for example.");
        if (context_.awaits_signal(*id)) return;
        const bool exists = context_.index_by_id.contains(*id);
        error(pointer, "resume_url_unknown_node",
              exists ? fmt::format("node '{}' does not wait for a call", *id)
                     : fmt::format("there is no node '{}'", *id),
              "Name a node of the type 'Wait for webhook'.");
    }

    void root(const std::string& name, const std::string& pointer, bool must_exist) {
        if (std::ranges::find(common_roots, name) != common_roots.end()) return;
        if (name == "previous" || name == "prev") return previous(name, pointer);
        const auto found = context_.index_by_id.find(name);
        if (found == context_.index_by_id.end()) {
            if (must_exist) unknown(name, pointer);
            return;
        }
        if (!context_.reach || context_.reach->is_upstream(found->second, index_)) return;
        error(pointer, "placeholder_not_upstream",
              name == node_.id ? fmt::format("'{}' cannot use its own result", name)
                               : fmt::format("'{}' does not come before '{}'", name, node_.id),
              name == node_.id
                  ? "Name a node that comes before it."
                  : fmt::format("Connect '{}' so that it leads to '{}'.", name, node_.id));
    }

    void previous(const std::string& name, const std::string& pointer) {
        const std::set<std::uint32_t>& sources = predecessors();
        if (sources.size() == 1) return;
        if (sources.empty())
            return error(pointer, "no_previous",
                         fmt::format("'{}' is the first node: there is no {} one", node_.id, name),
                         "Use {{$trigger}} for the input of the run.");
        std::vector<std::string> ids;
        ids.reserve(sources.size());
        for (const auto source : sources) ids.push_back(context_.graph.nodes[source].id);
        error(pointer, "ambiguous_previous",
              fmt::format("'{}' has {} direct predecessors: {}", node_.id, ids.size(),
                          fmt::join(ids, ", ")),
              "Name the one that is meant.");
    }

    const std::set<std::uint32_t>& predecessors() {
        if (!predecessors_) {
            predecessors_.emplace();
            for (const Arrow arrow : context_.arrows)
                if (arrow.target == index_) predecessors_->insert(arrow.source);
        }
        return *predecessors_;
    }

    void unknown(const std::string& name, const std::string& pointer) {
        std::vector<std::string> names(common_roots.begin(), common_roots.end());
        names.insert(names.end(), {"$env", "previous"});
        if (list_.wants_suggestions())
            for (const auto& [id, index] : context_.index_by_id) names.push_back(id);
        const auto nearest = expr::nearest_name(name, names);
        std::string mend = "Name a node that comes before this one.";
        if (nearest) mend = fmt::format("Did you mean '{}'?", *nearest);
        if (name == "item" || name == "index")
            mend = fmt::format("In the flow of a map write {{{{$trigger.{}}}}}.", name);
        // A name may contain `-`, so a subtraction without blanks looks like a node.
        if (const std::size_t dash = name.find('-');
            dash != std::string::npos && context_.index_by_id.contains(name.substr(0, dash)))
            mend = "To subtract, put blanks around the minus sign.";
        error(pointer, "placeholder_unknown_node", fmt::format("there is no node '{}'", name),
              std::move(mend));
    }

    const TemplateContext& context_;
    std::uint32_t index_;
    const Node& node_;
    const NodeDescriptor& descriptor_;
    ProblemList& list_;
    std::optional<std::set<std::uint32_t>> predecessors_;  // found when first asked for
};

}  // namespace

void validate_templates(const TemplateContext& context, std::uint32_t index,
                        const NodeDescriptor& descriptor, ProblemList& list) {
    TemplateValidator(context, index, descriptor, list).run();
}

}  // namespace swiftgrid::model

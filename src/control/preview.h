#pragma once

// Evaluates a template as a run would, against the values of a past run or given ones: the editor
// shows the value under each field.

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "runtime/plan_cache.h"
#include "runtime/shards.h"
#include "runtime/vault.h"
#include "store/backend.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct PreviewRequest {
    json::value tmpl;  // a text with placeholders, or any JSON that holds such texts
    std::optional<FlowId> flow;
    std::string node_id;  // for `previous`
    std::optional<RunId> run;
    std::map<std::string, JsonText> inputs;  // results by node id; they win over the run's
    std::optional<JsonText> trigger;
};

class Preview {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Backend& backend;
        runtime::PlanCache& plans;
        runtime::Shards& shards;
        const runtime::Vault& vault;
    };
    explicit Preview(Parts parts) : parts_(parts) {}

    // Blocking; `done` is called once, on any thread, with { value, type } or { error }.
    void evaluate(PreviewRequest request, std::function<void(Answer<std::string>)> done);

private:
    Parts parts_;
};

}  // namespace swiftgrid::control

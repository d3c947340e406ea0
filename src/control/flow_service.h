#pragma once

// Flows and their versions as people manage them: drafts with optimistic concurrency, publishing,
// rolling back, restoring. `actor` is who asks, for the audit log. Blocking: called on API worker
// threads. JSON in and out is the API's.

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "control/flow_heads.h"
#include "control/notification_entries.h"
#include "control/script_syntax.h"
#include "control/secret_usage.h"
#include "control/snapshots.h"
#include "model/node_descriptor.h"
#include "model/validate.h"
#include "runtime/clock.h"
#include "runtime/shards.h"
#include "runtime/vault.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct FlowView {
    std::string json;
    std::int64_t revision = 0;
};

class FlowService {
public:
    struct Parts {
        store::Catalog& catalog;
        FlowHeads& heads;
        runtime::Shards& shards;
        const model::NodeTypes& types;
        const runtime::Clock& clock;
        IdSource& ids;
        const runtime::Vault& vault;
        SecretUsage& secrets;
        NotificationEntries& entries;
    };
    explicit FlowService(Parts parts) : parts_(parts) {}

    Answer<std::string> list(const store::FlowQuery& query);
    Answer<FlowView> get(FlowId flow);
    // `body` has the members of FlowCreate. The view holds `problems`; they do not refuse.
    Answer<FlowView> create(const json::object& body);
    // Members that are left out keep their value. `precondition_failed` for another revision.
    Answer<FlowView> save(FlowId flow, std::int64_t revision, const json::object& body);
    // Forced, open runs are cancelled first.
    Answer<void> remove(FlowId flow, bool force, const std::string& actor);

    // { valid, problems }; nothing is stored. `flow` is the one that the document is a draft of.
    Answer<std::string> validate(const json::value& document, std::optional<FlowId> flow);

    // In these three `revision` is that of the draft which the caller has seen:
    // `precondition_failed` for another one. Nothing: whatever it is now.
    // `invalid_document` with all problems when the draft has an error.
    Answer<std::string> publish(FlowId flow, const std::string& change_summary,
                                const std::string& actor,
                                std::optional<std::int64_t> revision = std::nullopt);
    Answer<FlowView> roll_back(FlowId flow, std::int64_t number, const std::string& actor,
                               std::optional<std::int64_t> revision = std::nullopt);
    Answer<FlowView> restore(FlowId flow, std::int64_t number,
                             std::optional<std::int64_t> revision = std::nullopt);
    Answer<std::string> list_versions(FlowId flow, const std::string& cursor, std::size_t limit);
    Answer<std::string> get_version(FlowId flow, std::int64_t number);

    // Creates the flow of a document as it is in a file.
    Answer<FlowId> import_document(const json::value& document);
    // Every problem of a document alone, without what is around it: other flows, secrets.
    std::vector<model::Problem> problems_of_document(const json::value& document);
    // All or none, in this order.
    Answer<std::vector<store::Flow>> create_all(std::span<const store::NewFlow> flows);
    Answer<bool> has_flows();

    // { names: [{ name, required, nodeIds }] }: what the active version, else the draft, reads of
    // `$env` or hands on.
    Answer<std::string> env_names(FlowId flow, bool of_draft);

    // Every problem of a draft, with what only the database knows (other flows, secrets).
    std::vector<model::Problem> problems_of(const store::FlowDraft& draft, FlowId flow);

    // Has scripts parsed by this instead of the shards, for commands that start none. Before use.
    void set_script_check(EvaluateScripts evaluate) { evaluate_ = std::move(evaluate); }

    // The name as far as it is in memory; "" otherwise. Any thread.
    std::string name_in_memory(FlowId flow) const;

    // The number of the active version; nothing when there is none. The id is as graphs spell it.
    Result<std::optional<std::int64_t>> active_version(const std::string& flow);

private:
    model::ValidatedFlow check(const store::FlowDraft& draft, FlowId flow,
                               const model::EnvKinds& env);
    // Reads, validates, and has the scripts parsed.
    model::ValidatedFlow check_document(const json::value& document,
                                        const model::Surroundings& surroundings = {});
    RecordedSnapshots record(const store::Flow& flow, const model::ValidatedFlow& checked);
    static Answer<store::FlowDraft> draft_of(const json::object& body, store::FlowDraft draft);

    Answer<store::Flow> write(const std::function<Answer<store::Flow>()>& change);
    void remember(const store::Flow& flow);
    Answer<FlowView> view(const store::Flow& flow);
    Answer<FlowView> saved_view(const store::Flow& flow);
    Result<model::EnvKinds> known_names(FlowId flow, const std::vector<model::EnvUse>& uses);
    Result<void> cancel_open_runs(FlowId flow);

    Parts parts_;
    EvaluateScripts evaluate_;  // null: the shards
    std::mutex writing_;        // one change at a time, so that heads follow the database
};

}  // namespace swiftgrid::control

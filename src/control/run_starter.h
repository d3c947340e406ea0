#pragma once

// Starts runs: chooses the graph, finds or makes its plan, remembers idempotency keys, and submits
// StartRun. The ordinary start (known flow, known plan, no key) reads no database and may be asked
// on any thread; everything else is moved to a worker thread.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "control/flow_heads.h"
#include "control/flow_service.h"
#include "runtime/plan_cache.h"
#include "runtime/shards.h"
#include "store/catalog.h"
#include "store/journal.h"

namespace swiftgrid::control {

struct DefaultVersion {};  // the active version, else the draft
struct DraftVersion {};
struct ActiveVersionOnly {};
struct NumberedVersion {
    std::int64_t number = 0;
};
// The very graph an earlier run had, and what was recorded with it.
struct SameGraph {
    GraphId graph;
    std::optional<std::int64_t> number;
    std::optional<std::int64_t> timeout_ms;
    engine::Snapshots snapshots;
};
using VersionChoice =
    std::variant<DefaultVersion, DraftVersion, ActiveVersionOnly, NumberedVersion, SameGraph>;

struct KeyOfRequest {
    std::string scope;  // what the key is unique in: method and path
    std::string key;
    std::string fingerprint;  // of the body
};

// What a new run takes over from another one.
struct KeptNodes {
    std::vector<engine::KeptNode> nodes;  // in topological order
    std::optional<model::NodeIndex> enter_at;
};

struct StartRequest {
    FlowId flow;
    VersionChoice version;
    JsonText input;
    engine::Trigger trigger = engine::Trigger::manual;
    std::optional<RunId> replay_of;
    std::optional<std::uint64_t> forked_at;      // event of that run
    std::optional<engine::SecretNames> secrets;  // as in RunCreated
    // Asked once the plan is known; empty: nothing is taken over.
    std::function<Answer<KeptNodes>(const model::Plan&)> keep;
    std::optional<KeyOfRequest> key;
    std::string traceparent;  // of whoever asks, as in RunCreated
    // Called once when a run started by this request has ended and that is on disk.
    std::function<void(RunId, const runtime::RunEnd&)> on_end;
};

struct Started {
    RunId run;
    bool is_repeat = false;  // the key was known: nothing new was started
};

class RunStarter {
public:
    struct Parts {
        store::Catalog& catalog;
        store::Journal& journal;
        FlowService& flows;
        FlowHeads& heads;
        runtime::PlanCache& plans;
        runtime::Shards& shards;
        const model::NodeTypes& types;
        const runtime::Clock& clock;
        IdSource& ids;
        // Runs work on a worker thread; false when too much waits.
        std::function<bool(std::function<void()>)> post;
    };
    explicit RunStarter(Parts parts) : parts_(std::move(parts)) {}

    using Done = std::function<void(Answer<Started>)>;

    // `done` is called once, on any thread, after the run is on disk or with the reason of refusal.
    void start(StartRequest request, Done done);

private:
    struct Chosen {
        GraphId graph;
        std::optional<std::int64_t> number;
        bool is_draft = false;
        std::optional<std::int64_t> timeout_ms;
        engine::Snapshots snapshots;  // of a draft they are found when it is prepared
    };
    struct Prepared {
        Chosen chosen;
        model::PlanPtr plan;
        std::optional<store::GraphDocument> document;  // when it may not be stored yet
    };

    bool start_from_memory(StartRequest& request, const Done& done);
    void start_on_worker(StartRequest request, const Done& done);
    void start_with_key(StartRequest request, Done done);

    static Chosen published(const VersionHead& version);
    static std::optional<Chosen> choose_from_head(const FlowHead& head,
                                                  const VersionChoice& choice);
    Answer<Chosen> choose(const StartRequest& request);
    Answer<Prepared> prepare(const StartRequest& request);
    Refusal why_not(const Error& error, FlowId flow, GraphId graph);
    Answer<Prepared> prepare_draft(FlowId flow, const Chosen& chosen);
    Answer<engine::StartRun> command_of(StartRequest& request, const Prepared& prepared) const;
    void submit(StartRequest request, Prepared prepared, const Done& done);

    bool is_stored(GraphId graph);
    void note_stored(GraphId graph);

    // Requests with a key that is being started right now.
    struct StartingKey {
        std::string fingerprint;
        std::vector<Done> waiting;
    };
    void finish_key(const std::pair<std::string, std::string>& key, const Answer<Started>& answer);

    Parts parts_;
    std::mutex mutex_;
    std::unordered_set<GraphId> stored_;
    std::map<std::pair<std::string, std::string>, StartingKey> starting_;
};

}  // namespace swiftgrid::control

#pragma once

// Makes flows of a file: a document, a bundle, or what n8n exports. Every flow gets a new id, and
// what the flows of the file call each other follows; all of them are written in one transaction,
// or none. Schedules and webhooks do not start by themselves afterwards.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/answer.h"
#include "control/flow_service.h"
#include "control/import_report.h"
#include "control/secret_usage.h"
#include "model/node_descriptor.h"
#include "runtime/vault.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct ImportChoice {
    bool dry_run = false;  // only says what would happen
    bool publish = false;  // what has no errors is published, called flows first
    bool drafts = false;   // errors refuse nothing; they stay in the drafts
    std::string actor;
};

// A flow on its way from a file to the database.
struct IncomingFlow {
    std::string source_id;  // what the others of the file call it, "" for nothing
    std::string pointer;    // of its document in the file, "" for the whole
    json::value document;   // canonical; references as in the file until they are settled
    std::string name;
    std::vector<model::Problem> problems = {};
};

class FlowImport {
public:
    // All of it outlives the import.
    struct Parts {
        FlowService& flows;
        store::Catalog& catalog;
        const model::NodeTypes& types;
        const runtime::Vault& vault;
        SecretUsage& secrets;
        IdSource& ids;
    };
    explicit FlowImport(Parts parts) : parts_(parts) {}

    // { flows: [{ id, name, sourceId, nodes, published, problems }], report }; of a dry run, ids
    // are null. A SwiftGrid file with an error is refused with all problems; what n8n made becomes
    // drafts that hold their problems. Blocking, any thread.
    Answer<std::string> import(const json::value& file, const ImportChoice& choice);

private:
    struct Work {
        std::vector<IncomingFlow> flows;
        ImportReport report;
        std::vector<store::NewFlow> made = {};
        std::vector<bool> published = {};
        // What the flows of the file call each other, and the names of those that they call
        // elsewhere; nothing for what is not here.
        std::map<std::string, FlowId, std::less<>> ids = {};
        std::map<std::string, std::optional<std::string>> elsewhere = {};
    };

    Answer<Work> read(const json::value& file, bool drafts);
    Answer<void> settle(Work& work);
    void settle_references(Work& work, IncomingFlow& flow);
    void note_elsewhere(Work& work, const IncomingFlow& flow, const std::string& id);
    void note_surroundings(Work& work, const IncomingFlow& flow);
    void publish(Work& work, const std::string& actor);
    Answer<void> publish_one(Work& work, std::size_t index, const std::string& actor);

    Parts parts_;
};

}  // namespace swiftgrid::control

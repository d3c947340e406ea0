#pragma once

// Flows as files: one document, or a bundle of several. The text is canonical: the same flows give
// the same bytes, whatever ids they have here, so that files can be compared and kept in git. Flows
// of a file name each other by ids made of their names. No secret is in it, only names of secrets;
// whether schedules and webhooks are on is not in it either.

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "control/answer.h"
#include "model/node_descriptor.h"
#include "runtime/vault.h"
#include "store/catalog.h"
#include "store/schedules.h"

namespace swiftgrid::control {

// A bundle where the flow calls others, a document alone, or always a bundle.
enum class ExportForm : std::uint8_t { automatic, document, bundle };
// Of a flow that was never published, `active` is the draft when another flow asks for it.
enum class ExportedState : std::uint8_t { draft, active };

struct ExportChoice {
    ExportForm form = ExportForm::automatic;
    ExportedState state = ExportedState::draft;
};

struct ExportedFile {
    std::string name;  // "daily-report.json"
    std::string text;
};

class FlowExport {
public:
    // All of it outlives the export.
    struct Parts {
        store::Catalog& catalog;
        store::Schedules& schedules;
        const model::NodeTypes& types;
        const runtime::Vault& vault;
    };
    explicit FlowExport(Parts parts) : parts_(parts) {}

    // Blocking, any thread.
    Answer<ExportedFile> of_flow(FlowId flow, const ExportChoice& choice);
    Answer<ExportedFile> of_all(ExportedState state);

private:
    struct Member {
        FlowId flow;
        json::object document;
        std::set<std::string> secrets;  // names
    };

    Answer<Member> read(FlowId flow, ExportedState state, bool must_be_published);
    Answer<store::FlowDraft> draft_of(FlowId flow, ExportedState state, bool must_be_published);
    Answer<std::vector<Member>> with_called(FlowId flow, const ExportChoice& choice);
    Answer<std::vector<FlowId>> all_flows();
    Answer<ExportedFile> write(std::vector<Member> members, bool as_bundle);
    void redact(std::vector<Member>& members) const;
    static Answer<ExportedFile> finish(const json::value& whole, const std::string& name);

    Parts parts_;
};

// "Daily report!" as "daily-report": letters, digits and dashes; "flow" when nothing is left.
std::string file_id_of(std::string_view name);

}  // namespace swiftgrid::control

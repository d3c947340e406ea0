#include "runtime/map_progress.h"

#include "base/overloaded.h"

namespace swiftgrid::runtime {

void MapProgress::note(RunId run, const engine::Event& event, const model::Plan& plan) {
    std::visit(Overloaded{
                   [&](const engine::NodeSuspended& body) {
                       const auto* wait = std::get_if<engine::FanOutWait>(&body.wait);
                       if (wait == nullptr) return;
                       Entry entry;
                       entry.row.run = run;
                       entry.row.node_id = plan.nodes[body.node].id;
                       entry.row.total = wait->total;
                       entry.row.created_at = event.at;
                       entries_[body.node] = std::move(entry);
                   },
                   [&](const engine::MapItemSettled& body) {
                       Entry& entry = entries_.at(body.node);
                       ++(body.fulfilled ? entry.row.completed : entry.row.failed);
                       entry.is_changed = true;
                   },
                   [&](const engine::NodeCompleted& body) { end(body.node, event.at); },
                   [&](const engine::NodeFailed& body) { end(body.node, event.at); },
                   [&](const engine::NodeCancelled& body) { end(body.node, event.at); },
                   [](const auto&) {},
               },
               event.body);
}

void MapProgress::take_changed(std::vector<store::MapRow>& rows) {
    for (auto& [node, entry] : entries_) {
        if (!entry.is_changed) continue;
        rows.push_back(entry.row);
        entry.is_changed = false;
    }
}

void MapProgress::forget_changes() {
    for (auto& [node, entry] : entries_) entry.is_changed = false;
}

void MapProgress::end(model::NodeIndex node, Instant at) {
    const auto found = entries_.find(node);
    if (found == entries_.end()) return;
    found->second.row.completed_at = at;
    found->second.is_changed = true;
}

}  // namespace swiftgrid::runtime

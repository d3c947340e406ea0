#pragma once

// Prints the events of one run as they come: a line per node that ends.

#include <map>
#include <string>

#include "base/json.h"
#include "runtime/event_hub.h"

namespace swiftgrid::app {

class RunProgress : public runtime::RunWatcher {
public:
    // `labels` by node id. Prints nothing when `quiet`.
    RunProgress(std::map<std::string, std::string> labels, bool quiet)
        : labels_(std::move(labels)), quiet_(quiet) {}

    void on_event(const runtime::PublishedEvent& event) override;
    void on_chunk(const runtime::PublishedChunk&) override {}

private:
    void print(const json::object& event);

    std::map<std::string, std::string> labels_;
    bool quiet_;
};

}  // namespace swiftgrid::app

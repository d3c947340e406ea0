#pragma once

// Reads everything that a server knows of its runs and compares it with what clients and the
// service saw. Every difference is a failure of the test.

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client.h"
#include "crash_service.h"

namespace swiftgrid::e2e {

class CrashAudit {
public:
    // Reads the list of runs and every run's events.
    explicit CrashAudit(Client& client);

    std::size_t runs() const { return rows_.size(); }
    std::size_t events() const { return events_; }
    std::set<std::string> roots() const;

    // Every run has completed, its events have no gap, no node of it completed twice, and it was
    // resumed with what the one acknowledged answer said.
    void expect_sound_histories(const std::map<std::string, std::string>& resumed);
    // Every child is there once, and no other.
    void expect_children_once();
    // No attempt reached the service again after its outcome was on disk, none twice in one life of
    // the server, and none of a run or a node that the log does not know. `life_starts` are times
    // as the API writes them.
    void expect_attempts_once(const CrashService::Arrivals& arrivals,
                              const std::vector<std::string>& life_starts);

private:
    struct Row {
        std::string parent;  // "" of a root
        std::string status;
    };
    void read_rows();
    void read_events(const std::string& run);
    void read_event(const std::string& run, const json::value& event);

    Client& client_;
    std::map<std::string, Row> rows_;
    std::map<std::string, std::set<std::string>> wanted_children_;
    std::map<std::string, int> completions_;       // by "<run>:<node>"
    std::map<std::string, std::string> outcomes_;  // when, by "<run>:<node>:<attempt>"
    std::set<std::string> attempts_;               // started, by the same
    std::map<std::string, std::string> resumed_;   // with what, by run
    std::size_t events_ = 0;
};

}  // namespace swiftgrid::e2e

#include "crash_audit.h"

#include <gtest/gtest.h>

namespace swiftgrid::e2e {
namespace {

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : to_json(value);
}

std::string member(const json::value& object, std::string_view name) {
    const json::value* found = object.is_object() ? object.get_object().if_contains(name) : nullptr;
    return found && !found->is_null() ? text_of(*found) : "";
}

}  // namespace

CrashAudit::CrashAudit(Client& client) : client_(client) {
    read_rows();
    for (const auto& [run, row] : rows_) read_events(run);
}

void CrashAudit::read_rows() {
    std::string cursor;
    while (cursor != "null") {
        const Answer page =
            client_.get("/api/runs?limit=200" + (cursor.empty() ? "" : "&cursor=" + cursor));
        const json::value document = page.json();
        for (const json::value& item : document.at("items").as_array()) {
            const Row row{.parent = member(item, "parentRunId"), .status = member(item, "status")};
            EXPECT_TRUE(rows_.emplace(member(item, "id"), row).second) << "listed twice";
        }
        cursor = page.text("/nextCursor");
    }
}

void CrashAudit::read_events(const std::string& run) {
    const json::array events = client_.events(run);
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(events[i].at("id"), json::value(i + 1)) << "a gap in run " << run;
        read_event(run, events[i]);
    }
    events_ += events.size();
    ASSERT_FALSE(events.empty()) << run;
    EXPECT_EQ(member(events.back(), "eventType"), "RUN_COMPLETED") << run;
}

void CrashAudit::read_event(const std::string& run, const json::value& event) {
    const std::string type = member(event, "eventType");
    const json::value& payload = event.at("payload");
    const std::string node = run + ":" + member(event, "nodeId");
    const std::string attempt = node + ":" + member(event, "attempt");
    if (type == "NODE_STARTED") attempts_.insert(attempt);
    if (type == "NODE_COMPLETED") ++completions_[node];
    if (type == "NODE_COMPLETED" || type == "NODE_RETRY_SCHEDULED") {
        const bool is_first = outcomes_.emplace(attempt, member(event, "createdAt")).second;
        EXPECT_TRUE(is_first) << attempt << " ended twice";
    }
    const bool is_webhook = member(payload, "waitedFor") == "webhook";
    if (type == "NODE_RESUMED" && is_webhook) {
        const bool is_first = resumed_.emplace(run, member(payload, "payload")).second;
        EXPECT_TRUE(is_first) << run << " was resumed twice";
    }
    if (type != "NODE_SUSPENDED" && type != "MAP_ITEM_SETTLED") return;
    const std::string child = member(payload, "childRunId");
    if (child.empty()) return;
    const bool is_first = wanted_children_[run].insert(child).second;
    EXPECT_TRUE(is_first) << child << " was called twice";
}

std::set<std::string> CrashAudit::roots() const {
    std::set<std::string> roots;
    for (const auto& [run, row] : rows_) {
        if (row.parent.empty()) roots.insert(run);
    }
    return roots;
}

void CrashAudit::expect_sound_histories(const std::map<std::string, std::string>& resumed) {
    for (const auto& [run, row] : rows_) EXPECT_EQ(row.status, "completed") << run;
    for (const auto& [node, count] : completions_)
        EXPECT_EQ(count, 1) << node << " completed twice";
    for (const auto& [run, payload] : resumed) {
        EXPECT_EQ(resumed_[run], payload) << run << " forgot the answer that was acknowledged";
    }
    EXPECT_EQ(resumed_.size(), roots().size()) << "every run asks once";
}

void CrashAudit::expect_children_once() {
    std::map<std::string, std::set<std::string>> children;
    for (const auto& [run, row] : rows_) {
        if (!row.parent.empty()) children[row.parent].insert(run);
    }
    EXPECT_EQ(children, wanted_children_);
    for (const std::string& root : roots())
        EXPECT_TRUE(children.contains(root)) << root << " called nobody";
}

void CrashAudit::expect_attempts_once(const CrashService::Arrivals& arrivals,
                                      const std::vector<std::string>& life_starts) {
    std::size_t repeated = 0;
    for (const auto& [attempt, lives] : arrivals) {
        EXPECT_TRUE(attempts_.contains(attempt)) << attempt << " was sent before it was on disk";
        for (std::size_t i = 1; i < lives.size(); ++i) {
            ++repeated;
            EXPECT_LT(lives[i - 1], lives[i]) << attempt << " twice in one life";
        }
        const auto outcome = outcomes_.find(attempt);
        ASSERT_NE(outcome, outcomes_.end()) << attempt << " has no outcome";
        EXPECT_GE(outcome->second, life_starts.at(lives.back()))
            << attempt << " was sent again although its outcome was on disk";
    }
    for (const auto& [attempt, time] : outcomes_) {
        const bool is_sent = attempt.find(":ask:") != std::string::npos ||
                             attempt.find(":report:") != std::string::npos ||
                             attempt.find(":fetch:") != std::string::npos;
        if (is_sent) EXPECT_TRUE(arrivals.contains(attempt)) << attempt << " never arrived";
    }
    std::printf("%zu attempts reached the service; after a kill they came again %zu times\n",
                arrivals.size(), repeated);
}

}  // namespace swiftgrid::e2e

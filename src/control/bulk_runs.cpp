#include "control/bulk_runs.h"

#include "control/flow_view.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

// What the contract calls the runs that the action was done to.
std::string_view done_name(BulkAction action) {
    switch (action) {
        case BulkAction::remove: return "deleted";
        case BulkAction::cancel: return "cancelled";
        case BulkAction::replay: return "replayed";
    }
    return "done";
}

// The smallest id that is larger.
RunId behind(RunId run) {
    for (std::size_t i = run.uuid.bytes.size(); i-- > 0;) {
        if (++run.uuid.bytes[i] != 0) break;
    }
    return run;
}

void append_job(std::string& out, const store::BulkJob& job) {
    ObjectWriter object(out);
    object.text("id", swiftgrid::to_string(job.id));
    object.text("action", job.action);
    object.text("status", job.status);
    object.number("matched", job.matched);
    object.number("done", job.done);
    object.number(done_name(bulk_action(job.action)), job.done);
    object.number("kept", job.kept);
    object.number("failed", job.failed);
    object.text_or_null("error", job.error.value_or(""));
    object.raw("selection", job.selection);
    object.text("actor", job.actor);
    object.time("createdAt", job.created_at);
    object.time("endedAt", job.ended_at);
    object.end();
}

}  // namespace

std::string bulk_job_json(const store::BulkJob& job) {
    std::string out;
    append_job(out, job);
    return out;
}

std::string dry_run_json(BulkAction action, std::int64_t matched) {
    std::string out;
    ObjectWriter object(out);
    object.number("matched", matched);
    object.number(done_name(action), 0);
    object.end();
    return out;
}

Answer<std::int64_t> BulkRuns::count(const BulkRequest& request) {
    if (!request.selection.ids) {
        const auto query = query_for(request.action, request.selection.filter);
        if (!query) return 0;
        auto count = parts_.jobs.count(*query);
        if (!count) return refuse(count.error());
        return *count;
    }
    std::int64_t count = 0;
    for (const RunId run : *request.selection.ids) {
        auto summary = parts_.catalog.get_run(run);
        if (summary && is_for(request.action, *summary)) ++count;
        if (!summary && summary.error().code != ErrorCode::not_found)
            return refuse(summary.error());
    }
    return count;
}

Answer<store::BulkJob> BulkRuns::create(const BulkRequest& request) {
    store::BulkJob job;
    job.id = {parts_.ids.next()};
    job.action = to_string(request.action);
    job.selection = request.selection_json;
    job.runs = request.selection.ids;
    job.actor = request.actor;
    if (request.key) {
        job.key = request.key->key;
        job.fingerprint = request.key->fingerprint;
    }
    job.created_at = parts_.clock.now();
    // Counting may take long: whoever asks again, or too often, is told before.
    auto earlier = parts_.jobs.earlier(job);
    if (!earlier) return refuse(earlier.error());
    if (*earlier) return std::move(**earlier);
    auto newest = parts_.jobs.newest_run();
    if (!newest) return refuse(newest.error());
    auto matched = count(request);
    if (!matched) return std::unexpected(matched.error());
    // What is started from now on is not meant.
    job.before = *newest ? behind(**newest) : RunId{};
    job.matched = *matched;
    auto created = parts_.jobs.create(job);
    if (!created) return refuse(created.error());
    parts_.wake();
    return *created;
}

Answer<store::BulkJob> BulkRuns::get(BulkJobId job) {
    auto found = parts_.jobs.get(job);
    if (!found) return refuse(found.error());
    return *std::move(found);
}

Answer<std::string> BulkRuns::list(const std::string& cursor, std::size_t limit) {
    auto page = parts_.jobs.list(cursor, limit);
    if (!page) return refuse(page.error());
    std::string items;
    for (const store::BulkJob& job : page->items) {
        if (!items.empty()) items += ',';
        append_job(items, job);
    }
    return page_json(items, page->next_cursor);
}

Answer<store::BulkJob> BulkRuns::stop(BulkJobId job) {
    if (auto known = parts_.jobs.get(job); !known) return refuse(known.error());
    if (auto ended = end(job, "stopped"); !ended) return refuse(ended.error());
    return get(job);
}

Result<void> BulkRuns::end(BulkJobId job, const std::string& status,
                           const std::optional<std::string>& error) {
    auto ended = parts_.jobs.end(job, status, parts_.clock.now(), error);
    if (!ended) return ended;
    auto over = parts_.jobs.get(job);
    if (!over) return std::unexpected(over.error());
    std::map<Waiter, Over> waiting;
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = waiting_.find(job); found != waiting_.end()) {
            waiting = std::move(found->second);
            waiting_.erase(found);
        }
    }
    for (const auto& [waiter, tell] : waiting) tell(*over);
    return {};
}

void BulkRuns::when_over(BulkJobId job, Waiter waiter, Over over) {
    {
        const std::lock_guard lock(mutex_);
        waiting_[job].emplace(waiter, over);
    }
    // It may have ended before anybody waited.
    auto now = parts_.jobs.get(job);
    if (!now || now->status == "running") return;
    if (forget(job, waiter)) over(*now);
}

bool BulkRuns::forget(BulkJobId job, Waiter waiter) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(job);
    if (found == waiting_.end()) return false;
    const bool waits = found->second.erase(waiter) > 0;
    if (found->second.empty()) waiting_.erase(found);
    return waits;
}

}  // namespace swiftgrid::control

#include "api/metrics/server_metrics.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "api/metrics/process_metrics.h"
#include "api/metrics/run_metrics.h"

namespace swiftgrid::api {
namespace {

void add(Families& families, Families more) {
    std::ranges::move(more, std::back_inserter(families));
}

Families journal_metrics(const store::Journal& journal) {
    const auto counts = journal.counts();
    Families families;
    families.push_back(counter("swiftgrid_commits_total", "Commits of the journal",
                               static_cast<double>(counts.microseconds.count())));
    families.push_back(histogram("swiftgrid_commit_duration_seconds",
                                 "Time a commit took, its flush to disk included",
                                 microseconds_per_second, {{counts.microseconds}}));
    families.push_back(histogram("swiftgrid_commit_batches",
                                 "Batches of events that shared a commit", 1, {{counts.sizes}}));
    return families;
}

// What waits for its turn, and since when.
Families queue_metrics(const ApiParts& parts) {
    std::size_t outside = 0;
    std::int64_t outside_since = 0;
    for (const runtime::ShardMetrics* shard : parts.metrics.shards()) {
        outside += shard->waiting_outside;
        const std::int64_t since = shard->waiting_since_ms;
        if (since != 0 && (outside_since == 0 || since < outside_since)) outside_since = since;
    }
    const std::int64_t outside_ms =
        outside_since == 0 ? 0 : parts.clock.monotonic_ms() - outside_since;
    const auto commits = parts.journal.waiting();
    struct Queue {
        const char* name;
        std::size_t depth;
        std::optional<std::int64_t> oldest_ms;
    };
    const std::array<Queue, 4> queues{{
        {"commands", parts.shards.inbox_size(), parts.shards.oldest_command_ms()},
        {"commits", commits.count, commits.oldest_ms},
        {"outside", outside, outside_ms},
        {"requests", parts.workers.waiting(), std::nullopt},
    }};
    std::vector<Sample> depths;
    std::vector<Sample> ages;
    for (const Queue& queue : queues) {
        depths.push_back({static_cast<double>(queue.depth), {{"queue", queue.name}}});
        if (queue.oldest_ms)
            ages.push_back({static_cast<double>(*queue.oldest_ms) / milliseconds_per_second,
                            {{"queue", queue.name}}});
    }
    return {gauge("swiftgrid_queue_depth", "What waits for its turn, by queue", std::move(depths)),
            gauge("swiftgrid_queue_oldest_age_seconds",
                  "How long the oldest of it has been waiting, at most", std::move(ages))};
}

Families service_metrics(const control::ControlMetrics& metrics) {
    return {
        counter("swiftgrid_webhook_deliveries_total", "Calls of webhooks, by what became of them",
                metrics.webhook_deliveries),
        counter("swiftgrid_schedule_occurrences_total",
                "Occurrences of schedules, by what became of them", metrics.schedule_occurrences),
        counter("swiftgrid_schedule_skipped_total",
                "Occurrences of schedules that started nothing, by reason",
                metrics.schedule_skipped),
        histogram("swiftgrid_scheduler_lag_seconds", "How late schedules started their runs",
                  milliseconds_per_second, {{metrics.scheduler_lag.values()}}),
        counter("swiftgrid_notifications_total",
                "Attempts to send a notification, by channel and outcome", metrics.notifications),
    };
}

Families storage_metrics(const ApiParts& parts) {
    if (!parts.storage) return {};
    std::vector<Sample> samples;
    for (const auto& [kind, bytes] : parts.storage())
        samples.push_back({static_cast<double>(bytes), {{"kind", kind}}});
    return {gauge("swiftgrid_storage_bytes",
                  "What the database, its log and, free, the disk behind them have",
                  std::move(samples))};
}

}  // namespace

Families server_metrics(const ApiParts& parts) {
    Families families;
    families.push_back(
        gauge("swiftgrid_build_info", "Version of the server",
              std::vector<Sample>{{1, {{"version", parts.version}, {"commit", parts.commit}}}}));
    add(families, run_metrics(parts.metrics));
    add(families, journal_metrics(parts.journal));
    add(families, queue_metrics(parts));
    add(families, service_metrics(parts.service_metrics));
    add(families, storage_metrics(parts));
    if (parts.stream_count)
        families.push_back(gauge("swiftgrid_sse_clients", "Open streams of server-sent events",
                                 static_cast<double>(parts.stream_count())));
    if (parts.trace_metrics) add(families, parts.trace_metrics());
    add(families, parts.http.collect());
    add(families, process_metrics());
    // A family without a series says nothing, and a strict reader asks for one.
    std::erase_if(families, [](const auto& family) { return family.metric.empty(); });
    return families;
}

}  // namespace swiftgrid::api

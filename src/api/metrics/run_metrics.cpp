#include "api/metrics/run_metrics.h"

#include <array>
#include <map>

namespace swiftgrid::api {
namespace {

using runtime::RuntimeMetrics;
using runtime::ShardMetrics;
using ShardList = std::vector<const ShardMetrics*>;

// Adds up what `of` says of each shard.
template <typename Of>
double sum(const ShardList& shards, Of of) {
    double all = 0;
    for (const ShardMetrics* shard : shards) all += static_cast<double>(of(*shard));
    return all;
}

observe::HistogramValues sum(const ShardList& shards,
                             const observe::Histogram ShardMetrics::* histogram,
                             observe::Bounds bounds) {
    observe::HistogramValues all(bounds);
    for (const ShardMetrics* shard : shards) all.add((shard->*histogram).values());
    return all;
}

std::string end_name(std::size_t place) {
    return std::string(engine::to_string(runtime::end_statuses[place]));
}

std::vector<Sample> started(const ShardList& shards) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < runtime::trigger_count; ++i) {
        const auto trigger = engine::to_string(static_cast<engine::Trigger>(i));
        samples.push_back({sum(shards, [i](const auto& shard) { return shard.started[i].value(); }),
                           {{"trigger", std::string(trigger)}}});
    }
    return samples;
}

std::vector<Sample> finished(const ShardList& shards) {
    std::vector<Sample> samples;
    samples.reserve(runtime::end_statuses.size());
    for (std::size_t i = 0; i < runtime::end_statuses.size(); ++i)
        samples.push_back({sum(shards, [i](const auto& shard) { return shard.ended[i].value(); }),
                           {{"status", end_name(i)}}});
    return samples;
}

std::vector<Sample> finished_by_flow(const RuntimeMetrics& metrics, const ShardList& shards) {
    std::vector<std::string> names;
    for (const FlowId flow : metrics.shared.flows.keys()) names.push_back(to_string(flow));
    std::vector<Sample> samples;
    const auto add = [&](const std::string& name, std::size_t slot) {
        for (std::size_t i = 0; i < runtime::end_statuses.size(); ++i) {
            const double count = sum(shards, [slot, i](const auto& shard) {
                return shard.ended_by_flow[slot][i].value();
            });
            if (count > 0) samples.push_back({count, {{"flow", name}, {"status", end_name(i)}}});
        }
    };
    for (std::size_t slot = 0; slot < names.size(); ++slot) add(names[slot], slot);
    add("other", metrics.shared.flows.most());
    return samples;
}

double active(const RuntimeMetrics& metrics, const std::vector<Sample>& began,
              const std::vector<Sample>& ended) {
    double open = static_cast<double>(metrics.runs_open_at_start.load());
    for (const Sample& sample : began) open += sample.value;
    for (const Sample& sample : ended) open -= sample.value;
    return open;
}

// By type; two shards may have seen the same ones.
struct TypeSums {
    std::array<double, runtime::attempt_end_names.size()> ends{};
    observe::HistogramValues durations{runtime::node_bounds_ms};
};

std::map<std::string, TypeSums> sums_by_type(const ShardList& shards) {
    std::map<std::string, TypeSums> sums;
    for (const ShardMetrics* shard : shards) {
        for (const ShardMetrics::NodeType* type : shard->node_types()) {
            TypeSums& all = sums[type->type];
            for (std::size_t i = 0; i < all.ends.size(); ++i)
                all.ends[i] += static_cast<double>(type->ends[i].value());
            all.durations.add(type->durations.values());
        }
    }
    return sums;
}

void add_node_metrics(Families& families, const ShardList& shards) {
    std::vector<Sample> executions;
    std::vector<LabelledHistogram> durations;
    for (const auto& [type, sums] : sums_by_type(shards)) {
        for (std::size_t i = 0; i < sums.ends.size(); ++i)
            executions.push_back(
                {sums.ends[i],
                 {{"type", type}, {"status", std::string(runtime::attempt_end_names[i])}}});
        durations.push_back({sums.durations, {{"type", type}}});
    }
    families.push_back(counter("swiftgrid_node_executions_total",
                               "Attempts of nodes that ended, and nodes that were skipped, by type",
                               std::move(executions)));
    families.push_back(histogram("swiftgrid_node_duration_seconds",
                                 "How long attempts of nodes took, waiting included, by type",
                                 milliseconds_per_second, durations));
}

void add_work_counters(Families& families, const RuntimeMetrics& runtime) {
    const auto add = [&](const char* name, const char* help, const auto& value) {
        families.push_back(counter(name, help, static_cast<double>(value.load())));
    };
    add("swiftgrid_run_events_total", "Events written", runtime.events);
    add("swiftgrid_scripts_total", "Scripts given to the sandbox", runtime.scripts);
    add("swiftgrid_outside_attempts_total", "Attempts that talked to the outside",
        runtime.outside_attempts);
    add("swiftgrid_retries_total", "Attempts that failed and are tried again", runtime.retries);
    add("swiftgrid_child_runs_started_total", "Runs started by other runs",
        runtime.children_started);
    add("swiftgrid_timers_fired_total", "Runs woken at their time", runtime.timers_fired);
    add("swiftgrid_commands_refused_total", "Commands that came too late or twice",
        runtime.commands_refused);
    const auto show = [&](const char* name, const char* help, const auto& value) {
        families.push_back(gauge(name, help, static_cast<double>(value.load())));
    };
    show("swiftgrid_runs_in_memory", "Runs held in memory", runtime.runs_in_memory);
    show("swiftgrid_timers_in_memory", "Wake-ups held in memory; later ones are on disk",
         runtime.timers_in_memory);
    show("swiftgrid_outside_in_flight", "Attempts that talk to the outside right now",
         runtime.outside_in_flight);
}

}  // namespace

Families run_metrics(const RuntimeMetrics& metrics) {
    const ShardList shards = metrics.shards();
    const auto began = started(shards);
    const auto ended = finished(shards);
    Families families;
    families.push_back(gauge("swiftgrid_runs_active", "Runs that have begun and not ended",
                             active(metrics, began, ended)));
    families.push_back(
        counter("swiftgrid_runs_started_total", "Runs started, by what started them", began));
    families.push_back(
        counter("swiftgrid_runs_finished_total", "Runs that ended, by status", ended));
    if (metrics.shared.flows.most() > 0)
        families.push_back(counter("swiftgrid_flow_runs_finished_total",
                                   "Runs that ended, by workflow and status",
                                   finished_by_flow(metrics, shards)));
    families.push_back(
        histogram("swiftgrid_run_duration_seconds", "Time from a run's start to its end",
                  milliseconds_per_second,
                  {{sum(shards, &ShardMetrics::run_durations, runtime::run_bounds_ms)}}));
    add_node_metrics(families, shards);
    families.push_back(counter("swiftgrid_llm_requests_total",
                               "Attempts that asked a language model, by provider and end",
                               metrics.shared.llm_requests));
    families.push_back(counter("swiftgrid_llm_tokens_total",
                               "Tokens used, by provider, model and direction",
                               metrics.shared.llm_tokens));
    families.push_back(
        histogram("swiftgrid_llm_time_to_first_token_seconds",
                  "Time from a question to the first word of its answer", milliseconds_per_second,
                  {{sum(shards, &ShardMetrics::first_tokens, runtime::first_token_bounds_ms)}}));
    add_work_counters(families, metrics);
    return families;
}

}  // namespace swiftgrid::api

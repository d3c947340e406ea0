#include <algorithm>
#include <iterator>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "api/problem.h"
#include "api/routes/routes.h"

namespace swiftgrid::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Sample {
    double value = 0;
    std::vector<ClientMetric::Label> labels = {};
};

MetricFamily family(MetricType type, std::string name, std::string help,
                    std::vector<Sample> samples) {
    MetricFamily metrics{std::move(name), std::move(help), type, {}};
    for (Sample& sample : samples) {
        ClientMetric metric;
        metric.label = std::move(sample.labels);
        if (type == MetricType::Counter)
            metric.counter.value = sample.value;
        else
            metric.gauge.value = sample.value;
        metrics.metric.push_back(std::move(metric));
    }
    return metrics;
}

MetricFamily counter(std::string name, std::string help, double value) {
    return family(MetricType::Counter, std::move(name), std::move(help), {Sample{value}});
}

MetricFamily gauge(std::string name, std::string help, double value) {
    return family(MetricType::Gauge, std::move(name), std::move(help), {Sample{value}});
}

std::vector<MetricFamily> collect(const ApiParts& parts) {
    const auto& runtime = parts.metrics;
    const auto journal = parts.journal.counts();
    const auto count = [](const auto& value) { return static_cast<double>(value.load()); };
    return {
        family(MetricType::Gauge, "swiftgrid_build_info", "Version of the server",
               {Sample{1, {{"version", parts.version}}}}),
        counter("swiftgrid_runs_started_total", "Runs accepted", count(runtime.runs_started)),
        family(MetricType::Counter, "swiftgrid_runs_finished_total", "Runs that ended, by status",
               {Sample{count(runtime.runs_completed), {{"status", "completed"}}},
                Sample{count(runtime.runs_failed), {{"status", "failed"}}},
                Sample{count(runtime.runs_cancelled), {{"status", "cancelled"}}}}),
        counter("swiftgrid_run_events_total", "Events written", count(runtime.events)),
        counter("swiftgrid_scripts_total", "Scripts given to the sandbox", count(runtime.scripts)),
        counter("swiftgrid_outside_attempts_total", "Attempts that talked to the outside",
                count(runtime.outside_attempts)),
        counter("swiftgrid_retries_total", "Attempts that failed and are tried again",
                count(runtime.retries)),
        counter("swiftgrid_child_runs_started_total", "Runs started by other runs",
                count(runtime.children_started)),
        counter("swiftgrid_timers_fired_total", "Runs woken at their time",
                count(runtime.timers_fired)),
        counter("swiftgrid_commands_refused_total", "Commands that came too late or twice",
                count(runtime.commands_refused)),
        counter("swiftgrid_commits_total", "Commits of the journal",
                static_cast<double>(journal.commits)),
        counter("swiftgrid_commit_seconds_total", "Time spent in commits",
                static_cast<double>(journal.commit_microseconds) / 1e6),
        gauge("swiftgrid_runs_in_memory", "Runs held in memory", count(runtime.runs_in_memory)),
        gauge("swiftgrid_timers_in_memory", "Wake-ups held in memory; later ones are on disk",
              count(runtime.timers_in_memory)),
        gauge("swiftgrid_outside_in_flight", "Attempts that talk to the outside right now",
              count(runtime.outside_in_flight)),
        gauge("swiftgrid_inbox_commands", "Commands that wait for a shard",
              static_cast<double>(parts.shards.inbox_size())),
    };
}

}  // namespace

void add_service_routes(Router& router, ApiParts& parts) {
    const auto alive = [&parts](const Request&, const Responder& respond) {
        respond(json_response(200,
                              to_json(json::object{{"status", "ok"}, {"version", parts.version}})));
    };
    router.add("GET", "/healthz", alive);
    router.add("GET", "/readyz", [&parts, alive](const Request& request, const Responder& respond) {
        if (!parts.journal.accepts_new_work())
            respond(problem_response(request, parts.journal.refusal()));
        else if (parts.shards.is_draining())
            respond(problem_response(request,
                                     Error{ErrorCode::overloaded, "the server is shutting down"}));
        else
            alive(request, respond);
    });
    router.add("GET", "/metrics", [&parts](const Request&, const Responder& respond) {
        Response response;
        response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
        auto families = collect(parts);
        std::ranges::move(parts.http.collect(), std::back_inserter(families));
        response.body = Body(prometheus::TextSerializer().Serialize(families));
        respond(std::move(response));
    });
}

}  // namespace swiftgrid::api

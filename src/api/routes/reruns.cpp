// New runs made of old ones.

#include <memory>

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "api/starts.h"

namespace swiftgrid::api {
namespace {

using control::Answer;
using control::Started;

// Nothing for "same", which is also what a request means that does not say.
Answer<std::optional<control::VersionChoice>> version_of(const JsonBody& body) {
    auto version = body.text("version");
    if (!version) return std::unexpected(version.error());
    const std::string name = version->value_or("same");
    if (name == "same") return std::nullopt;
    if (name == "active") return control::ActiveVersionOnly{};
    if (name == "draft") return control::DraftVersion{};
    return wrong_member("version", "\"same\", \"active\" or \"draft\"", "write one of them");
}

Result<std::optional<JsonText>> new_input_of(const JsonBody& body) {
    const json::value* input = body.find("input");
    if (!input) return std::nullopt;
    auto text = input_of(input);
    if (!text) return std::unexpected(text.error());
    return *text;
}

// What a replay and a fork have in common.
template <typename RerunRequest>
Answer<void> read_common(const Request& request, const JsonBody& body, RerunRequest& rerun) {
    auto run = path_id<RunId>(request, "runId");
    if (!run) return std::unexpected(run.error());
    auto version = version_of(body);
    if (!version) return std::unexpected(version.error());
    auto input = new_input_of(body);
    if (!input) return std::unexpected(input.error());
    auto key = key_of(request);
    if (!key) return std::unexpected(key.error());
    rerun.run = *run;
    rerun.version = *std::move(version);
    rerun.input = *std::move(input);
    rerun.key = *std::move(key);
    return {};
}

Answer<control::ReplayRequest> read_replay(const Request& request) {
    auto body = JsonBody::read(request, {"input", "fromNode", "version"});
    if (!body) return std::unexpected(body.error());
    control::ReplayRequest replay;
    if (auto read = read_common(request, *body, replay); !read)
        return std::unexpected(read.error());
    auto from_node = body->text("fromNode");
    if (!from_node) return std::unexpected(from_node.error());
    replay.from_node = *std::move(from_node);
    return replay;
}

Answer<control::ForkRequest> read_fork(const Request& request) {
    auto body = JsonBody::read(request, {"at", "edits", "input", "version"}, true);
    if (!body) return std::unexpected(body.error());
    control::ForkRequest fork;
    if (auto read = read_common(request, *body, fork); !read) return std::unexpected(read.error());
    auto at = body->integer("at");
    if (!at) return std::unexpected(at.error());
    if (!at->has_value() || **at < 1)
        return wrong_member("at", "the number of an event, from 1",
                            "take the sequence number of one of the run's events");
    fork.at = static_cast<std::uint64_t>(**at);
    const json::value* edits = body->find("edits");
    if (!edits || edits->is_null()) return fork;
    if (!edits->is_object())
        return wrong_member("edits", "an object of results by node id",
                            "write the result of each node under its id");
    for (const auto& edit : edits->get_object())
        fork.edits.emplace(edit.key(), JsonText::from(edit.value()));
    return fork;
}

using Rerun = std::function<void(control::RunStarter::Done)>;

void rerun_on_worker(const Responder& respond, ApiParts& parts, Rerun rerun) {
    post_or_refuse(parts.workers, respond, [respond, rerun = std::move(rerun)] {
        rerun([respond](const Answer<Started>& started) { answer_started(respond, started); });
    });
}

}  // namespace

void add_rerun_routes(Router& router, ApiParts& parts) {
    router.add("POST", "/api/runs/{runId}/replay",
               [&parts](const Request& request, const Responder& respond) {
                   auto replay = read_replay(request);
                   if (!replay) {
                       respond(problem_response(request, replay.error()));
                       return;
                   }
                   rerun_on_worker(
                       respond, parts,
                       [replay = *std::move(replay), &parts](control::RunStarter::Done done) {
                           parts.reruns.replay(replay, std::move(done));
                       });
               });
    router.add("POST", "/api/runs/{runId}/fork",
               [&parts](const Request& request, const Responder& respond) {
                   auto fork = read_fork(request);
                   if (!fork) {
                       respond(problem_response(request, fork.error()));
                       return;
                   }
                   rerun_on_worker(
                       respond, parts,
                       [fork = *std::move(fork), &parts](control::RunStarter::Done done) {
                           parts.reruns.fork(fork, std::move(done));
                       });
               });
}

}  // namespace swiftgrid::api

#include "app/validate.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <poll.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/log.h"
#include "base/limits.h"
#include "control/problem_view.h"
#include "control/script_syntax.h"
#include "model/validate.h"
#include "nodes/registry.h"
#include "runtime/clock.h"
#include "sandbox/script_pool.h"

namespace swiftgrid::app {
namespace {

struct CheckedFile {
    std::string file;
    std::string unreadable;  // why, "" when it was read
    std::vector<model::Problem> problems;

    bool is_valid() const { return unreadable.empty() && !model::has_errors(problems); }
};

// Has one call after the other carried out.
class ScriptWorker {
public:
    explicit ScriptWorker(std::unique_ptr<sandbox::ScriptPool> pool) : pool_(std::move(pool)) {}

    sandbox::Reply answer(sandbox::Call call) {
        call.id = ++last_id_;
        pool_->submit(std::move(call));
        pool_->flush();
        std::vector<sandbox::Reply> replies;
        while (true) {
            pool_->poll(clock_.monotonic_ms(), replies);
            if (!replies.empty()) return std::move(replies.front());
            pollfd wait{pool_->poll_fd(), POLLIN, 0};
            ::poll(&wait, 1, time_to_deadline());
        }
    }

private:
    // For poll(); -1 while nothing has a deadline.
    int time_to_deadline() const {
        const auto deadline = pool_->next_deadline_ms();
        if (!deadline) return -1;
        return static_cast<int>(
            std::clamp<std::int64_t>(*deadline - clock_.monotonic_ms(), 0, limits::script_time_ms));
    }

    std::unique_ptr<sandbox::ScriptPool> pool_;
    runtime::SystemClock clock_;
    std::uint64_t last_id_ = 0;
};

CheckedFile check(const std::string& file, const model::NodeTypes& types, ScriptWorker& scripts) {
    CheckedFile checked{file, "", {}};
    auto document = read_json_file(file);
    if (!document) {
        checked.unreadable = document.error().message;
        return checked;
    }
    auto read = model::read_and_validate(*document, types);
    checked.problems = std::move(read.problems);
    const control::EvaluateScripts evaluate = [&](sandbox::Call call,
                                                  const std::function<void(sandbox::Reply)>& done) {
        done(scripts.answer(std::move(call)));
        return Result<void>();
    };
    control::append_syntax_problems(read.scripts, evaluate, checked.problems);
    return checked;
}

void print_text(const CheckedFile& checked) {
    if (!checked.unreadable.empty()) fmt::print("{}\n", checked.unreadable);
    for (const model::Problem& problem : checked.problems) {
        fmt::print("{}#{}: {} [{}]\n  {}\n", checked.file, problem.pointer,
                   problem.severity == model::Severity::error ? "error" : "warning", problem.code,
                   problem.detail);
        if (!problem.mend.empty()) fmt::print("  {}\n", problem.mend);
    }
    if (checked.is_valid()) fmt::print("{}: valid\n", checked.file);
}

json::object to_json_object(const CheckedFile& checked) {
    json::object object{{"file", checked.file}, {"valid", checked.is_valid()}};
    if (!checked.unreadable.empty()) object["error"] = checked.unreadable;
    object["problems"] = control::problems_json(checked.problems);
    return object;
}

}  // namespace

int run_validate(const ValidateOptions& options, sandbox::Zygote& zygote) {
    auto pool = sandbox::ScriptPool::create(zygote, {.workers = 1, .workers_max = 1});
    if (!pool) {
        Log()(LogLevel::error, "cannot confine scripts: " + pool.error().message);
        return exit_failed;
    }
    ScriptWorker scripts(*std::move(pool));
    const model::NodeTypes types = nodes::make_node_types();
    bool all_valid = true;
    json::array files;
    for (const std::string& file : options.flow_files) {
        const CheckedFile checked = check(file, types, scripts);
        all_valid = all_valid && checked.is_valid();
        if (options.json)
            files.push_back(to_json_object(checked));
        else
            print_text(checked);
    }
    if (options.json)
        fmt::print("{}\n", to_pretty_json(json::object{{"valid", all_valid}, {"files", files}}));
    return all_valid ? exit_done : exit_failed;
}

}  // namespace swiftgrid::app

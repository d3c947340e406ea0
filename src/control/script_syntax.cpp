#include "control/script_syntax.h"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <span>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

using Scripts = std::span<const model::ScriptText* const>;

// Of one call: well below what a frame takes, and so that the time of one call is enough.
constexpr std::size_t batch_bytes = 2 * limits::mebibyte;
constexpr std::size_t batch_scripts = 256;
// The call's own time, and some more for its way.
constexpr std::chrono::milliseconds wait_max{limits::script_time_ms + 2'000};

std::size_t bytes_max(model::ScriptForm form) {
    return form == model::ScriptForm::body ? limits::script_source_bytes
                                           : 4 * limits::expression_characters;
}

class SyntaxCheck {
public:
    SyntaxCheck(const EvaluateScripts& evaluate, std::vector<model::Problem>& problems)
        : evaluate_(evaluate), problems_(problems) {}

    // Scripts of one form.
    void run(Scripts scripts) {
        while (!scripts.empty() && problems_.size() < limits::problems) {
            std::size_t count = 0;
            for (std::size_t bytes = 0; count < scripts.size() && count < batch_scripts; ++count) {
                bytes += scripts[count]->source.size();
                if (count > 0 && bytes > batch_bytes) break;
            }
            check(scripts.first(count));
            scripts = scripts.subspan(count);
        }
    }

private:
    void check(Scripts scripts) {
        const auto reply = ask(scripts);
        if (!reply) return;
        if (const auto* failed = std::get_if<sandbox::ScriptError>(&reply->outcome)) {
            // One of them exhausted the parser: which one?
            if (scripts.size() == 1) return report(*scripts.front(), *failed);
            for (std::size_t i = 0; i < scripts.size(); ++i) check(scripts.subspan(i, 1));
            return;
        }
        const auto& results = std::get<std::vector<sandbox::ExpressionResult>>(reply->outcome);
        for (std::size_t i = 0; i < results.size() && i < scripts.size(); ++i) {
            if (const auto* error = std::get_if<sandbox::ScriptError>(&results[i].outcome))
                report(*scripts[i], *error);
        }
    }

    std::optional<sandbox::Reply> ask(Scripts scripts) {
        sandbox::Syntax syntax;
        syntax.is_code = scripts.front()->form == model::ScriptForm::body;
        for (const model::ScriptText* script : scripts) syntax.sources.push_back(script->source);
        sandbox::Call call;
        call.work = std::move(syntax);
        call.time_ms = limits::script_time_ms;
        const auto answered = std::make_shared<std::promise<sandbox::Reply>>();
        auto answer = answered->get_future();
        const auto sent = evaluate_(std::move(call), [answered](sandbox::Reply reply) {
            answered->set_value(std::move(reply));
        });
        if (!sent || answer.wait_for(wait_max) != std::future_status::ready) return std::nullopt;
        return answer.get();
    }

    void report(const model::ScriptText& script, const sandbox::ScriptError& error) {
        if (problems_.size() >= limits::problems) return;
        std::string detail = error.message;
        if (error.line > 0)
            detail += " (line " + std::to_string(error.line) + ", column " +
                      std::to_string(error.column) + ")";
        problems_.push_back({model::Severity::error, script.pointer, script.node_id,
                             "script_syntax", std::move(detail),
                             "Correct the script at this place."});
    }

    const EvaluateScripts& evaluate_;
    std::vector<model::Problem>& problems_;
};

}  // namespace

void append_syntax_problems(const std::vector<model::ScriptText>& scripts,
                            const EvaluateScripts& evaluate,
                            std::vector<model::Problem>& problems) {
    SyntaxCheck check(evaluate, problems);
    for (const auto form : {model::ScriptForm::body, model::ScriptForm::expression}) {
        std::vector<const model::ScriptText*> of_form;
        for (const model::ScriptText& script : scripts) {
            // Longer ones have a problem already, and the schema's empty ones too.
            if (script.form == form && !script.source.empty() &&
                script.source.size() <= bytes_max(form))
                of_form.push_back(&script);
        }
        check.run(of_form);
    }
}

}  // namespace swiftgrid::control

#include "model/flow_notifications.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "expr/template.h"
#include "model/schema.h"
#include "model/secret_paths.h"

namespace swiftgrid::model {
namespace {

bool is_web_address(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

// The addresses of one list, each at its place in the document.
class AddressCheck {
public:
    AddressCheck(const EnvKinds* env, ProblemList& problems) : env_(env), problems_(problems) {}

    void run(const FlowNotification& notification) {
        pointer_ = join_pointer("/notifications", notification.place) + "/url";
        const std::string& url = notification.url;
        if (url.size() > limits::notification_url_bytes)
            return error("invalid_value",
                         fmt::format("the address has {} bytes, at most {} are possible",
                                     url.size(), limits::notification_url_bytes),
                         "Keep it as a secret and write {{$env.NAME}}.");
        std::vector<expr::Template::Problem> syntax;
        const auto compiled = expr::Template::compile(json::value(url), syntax);
        for (const auto& problem : syntax)
            error("placeholder_syntax", problem.message, "Write {{$env.NAME}}.");
        if (!syntax.empty()) return;
        for (const expr::Hole& hole : compiled.holes()) check(hole);
        if (compiled.is_constant()) return literal(notification);
        if (!is_web_address(url) && !url.starts_with("{{"))
            error("invalid_url", "The address starts neither with http:// nor with https://.",
                  "Begin with https://, or write {{$env.NAME}} for the whole address.");
    }

private:
    void literal(const FlowNotification& notification) {
        // An export has taken it out: who imports that enters it again, and is told so.
        const bool is_taken_out = notification.url == limits::redacted_text;
        if (!is_taken_out && !is_web_address(notification.url))
            return error("invalid_url",
                         "The address starts neither with http:// nor with https://.",
                         "Enter the address that gets the messages, or {{$env.NAME}}.");
        // Of a webhook nobody knows whether its address is a secret.
        if (!is_taken_out && notification.type == "webhook") return;
        add(Severity::warning, "inline_secret",
            "whoever has this address may write there, and everybody who sees the flow has it",
            "Save it as a secret and write {{$env.NAME}} here.");
    }

    // A message goes out when the run is over: there is nothing of it to read any more.
    void check(const expr::Hole& hole) {
        const auto* path = std::get_if<expr::Path>(&hole.expression);
        if (path == nullptr || path->root != "$env")
            return error("placeholder_not_here",
                         "the address of a notification can only read secrets and variables",
                         "Write {{$env.NAME}}.");
        const auto name = env_name(*path);
        if (!name)
            return error("secret_without_name", "after $env the name of a secret is missing",
                         "Write {{$env.NAME}}.");
        if (env_ == nullptr || env_->contains(*name) || path->default_value) return;
        // The runs do not need it, so they are not refused.
        add(Severity::warning, "unknown_secret",
            fmt::format("there is no secret '{}': these messages cannot be sent", *name),
            mend_of_unknown(*name, *env_));
    }

    void error(std::string code, std::string detail, std::string mend) {
        add(Severity::error, std::move(code), std::move(detail), std::move(mend));
    }
    void add(Severity severity, std::string code, std::string detail, std::string mend) {
        problems_.add(
            {severity, pointer_, "", std::move(code), std::move(detail), std::move(mend)});
    }

    const EnvKinds* env_;
    ProblemList& problems_;
    std::string pointer_;
};

}  // namespace

std::vector<FlowNotification> read_notifications(const json::value& list) {
    std::vector<FlowNotification> notifications;
    const json::array* items = list.if_array();
    if (items == nullptr) return notifications;
    for (std::size_t i = 0; i < items->size(); ++i) {
        const json::object* item = (*items)[i].if_object();
        if (item == nullptr) continue;
        FlowNotification read;
        read.place = i;
        read.type = text_at(*item, "type");
        read.url = text_at(*item, "url");
        read.enabled = flag_at(*item, "enabled", true);
        const json::value* events = item->if_contains("events");
        if (events == nullptr || !events->is_array() || read.url.empty()) continue;
        for (const json::value& event : events->get_array())
            if (event.is_string()) read.events.emplace_back(event.get_string());
        notifications.push_back(std::move(read));
    }
    return notifications;
}

std::vector<EnvName> env_names_of(const std::vector<FlowNotification>& notifications) {
    std::vector<EnvName> names;
    for (const FlowNotification& each : notifications) {
        std::vector<expr::Template::Problem> ignored;
        std::ranges::move(env_names_in(expr::Template::compile(json::value(each.url), ignored)),
                          std::back_inserter(names));
    }
    return names;
}

void validate_notifications(const json::value& list, const EnvKinds* env, ProblemList& problems) {
    AddressCheck check(env, problems);
    for (const FlowNotification& notification : read_notifications(list)) {
        if (problems.is_full()) return;
        check.run(notification);
    }
}

}  // namespace swiftgrid::model

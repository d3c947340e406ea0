#include "engine/why.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "base/overloaded.h"

namespace swiftgrid::engine {
namespace {

std::string at(Instant instant) {
    return fmt::format("{{t:{}}}", instant.milliseconds_since_epoch);
}
std::string in(Instant instant) {
    return fmt::format("{{in:{}}}", instant.milliseconds_since_epoch);
}

std::string why_map(const std::string& name, const FanOutState& items) {
    std::string text = fmt::format("map '{}': {} of {}, {} running", name, items.settled(),
                                   items.items.size(), items.running());
    if (!items.retries.empty()) text += fmt::format(", {} to be retried", items.retries.size());
    return text;
}

std::string why_suspended(const std::string& name, const Waiting& waiting) {
    return std::visit(
        Overloaded{
            [&](const TimerWait& on) {
                return fmt::format("waits {} more (delay '{}')", in(on.until), name);
            },
            [&](const SignalWait& on) {
                return fmt::format("waits for webhook '{}' until {}", name, at(on.until));
            },
            [&](const ChildWait&) { return fmt::format("waits for sub-flow '{}'", name); },
            [&](const FanOutWait&) { return why_map(name, *waiting.fan_out); },
        },
        waiting.wait);
}

std::string why_node(const NodeState& state, const model::PlanNode& node) {
    if (state.status == NodeStatus::suspended) return why_suspended(node.label, *state.waiting);
    if (state.status == NodeStatus::retrying)
        return fmt::format("'{}': retry {} of {} in {}", node.label, state.attempt,
                           node.retry.retries_max, in(*state.retry_at));
    return fmt::format("runs '{}'", node.label);
}

// Work in flight says more than what waits.
bool is_working(NodeStatus status) {
    return status == NodeStatus::scheduled || status == NodeStatus::running;
}
bool is_open(NodeStatus status) { return status != NodeStatus::pending && !is_final(status); }

std::optional<NodeIndex> most_telling_node(const RunState& run) {
    std::optional<NodeIndex> found;
    for (NodeIndex node = 0; node < run.nodes.size(); ++node) {
        if (is_working(run.nodes[node].status)) return node;
        if (!found && is_open(run.nodes[node].status)) found = node;
    }
    return found;
}

std::string span_text(std::int64_t milliseconds) {
    if (milliseconds < 1'000) return fmt::format("{} ms", std::max<std::int64_t>(milliseconds, 0));
    const std::int64_t seconds = milliseconds / 1'000;
    if (seconds < 60) return fmt::format("{} s", seconds);
    const std::int64_t minutes = seconds / 60;
    if (minutes < 60) return fmt::format("{} min {} s", minutes, seconds % 60);
    const std::int64_t hours = minutes / 60;
    if (hours < 24) return fmt::format("{} h {} min", hours, minutes % 60);
    return fmt::format("{} d {} h", hours / 24, hours % 24);
}

// "2026-11-24 15:04:05 UTC".
std::string instant_text(Instant instant) {
    std::string text = to_rfc3339(instant);
    text[10] = ' ';
    return text.substr(0, 19) + " UTC";
}

struct TimeToken {
    bool is_span = false;
    Instant instant;
    std::size_t length = 0;  // of the token
};

// The token at the begin of `text`, which begins with a brace.
std::optional<TimeToken> read_token(std::string_view text) {
    TimeToken token;
    std::size_t begin = 0;
    if (text.starts_with("{t:"))
        begin = 3;
    else if (text.starts_with("{in:"))
        begin = 4;
    else
        return std::nullopt;
    token.is_span = begin == 4;
    const char* end = text.data() + text.size();
    const auto [behind, error] =
        std::from_chars(text.data() + begin, end, token.instant.milliseconds_since_epoch);
    if (error != std::errc() || behind == end || *behind != '}') return std::nullopt;
    token.length = static_cast<std::size_t>(behind - text.data()) + 1;
    return token;
}

// A label may look like a token: what to_rfc3339 does not know is left as it is.
bool is_printable(const TimeToken& token) {
    constexpr std::int64_t year_10000_ms = 253'402'300'800'000;
    return token.instant.milliseconds_since_epoch >= 0 &&
           token.instant.milliseconds_since_epoch < year_10000_ms;
}

}  // namespace

std::string why(const RunState& run, const model::Plan& plan) {
    if (is_final(run.status)) return "";
    const auto node = most_telling_node(run);
    if (!node) return "";
    std::string text = why_node(run.nodes[*node], plan.nodes[*node]);
    if (run.open_nodes > 1) text += fmt::format(" and {} more", run.open_nodes - 1);
    return text;
}

std::string render_why(std::string_view text, Instant now) {
    std::string out;
    while (!text.empty()) {
        const std::size_t brace = std::min(text.find('{'), text.size());
        out += text.substr(0, brace);
        text.remove_prefix(brace);
        if (text.empty()) break;
        const auto token = read_token(text);
        if (!token || !is_printable(*token)) {
            out += '{';
            text.remove_prefix(1);
            continue;
        }
        out += token->is_span ? span_text((token->instant - now).milliseconds)
                              : instant_text(token->instant);
        text.remove_prefix(token->length);
    }
    return out;
}

}  // namespace swiftgrid::engine

#include "control/webhook_gate.h"

#include <expected>

#include <fmt/format.h>

#include "base/limits.h"

namespace swiftgrid::control {
namespace {

std::unexpected<HookRefusal> closed(std::string detail) {
    return std::unexpected(HookRefusal{
        Error{ErrorCode::not_found, "there is no webhook at this address"}, std::move(detail)});
}

std::unexpected<HookRefusal> failed(const Error& error) {
    HookRefusal refusal{error, error.message};
    if (error.code == ErrorCode::not_found) {
        refusal.answer = closed("").error().answer;
        refusal.concerns_flow = false;
    }
    return std::unexpected(std::move(refusal));
}

}  // namespace

std::optional<WebhookGate::Admitted> WebhookGate::admit_from_memory(FlowId flow,
                                                                    const SignedCall& call,
                                                                    Purpose purpose) {
    const auto head = parts_.heads.find(flow);
    if (!head) return std::nullopt;
    const auto config = find_config(flow);
    if (!config) return std::nullopt;
    return decide(flow, *head, *config, call, purpose);
}

WebhookGate::Admitted WebhookGate::admit(FlowId flow, const SignedCall& call, Purpose purpose) {
    const auto head = find_or_read_head(parts_.heads, parts_.catalog, flow);
    if (!head) return failed(head.error());
    auto config = Result<ConfigPtr>(find_config(flow));
    if (!*config) config = read_config(flow);
    if (!config) return failed(config.error());
    return decide(flow, *head, **config, call, purpose);
}

WebhookGate::Admitted WebhookGate::decide(FlowId flow, const FlowHead& head, const Config& config,
                                          const SignedCall& call, Purpose purpose) {
    if (purpose == Purpose::start) {
        if (!config.settings.enabled) return closed("the webhook is switched off");
        if (!head.active) return closed("the flow has no published version");
    }
    Admission admission;
    admission.waits_for_end = config.settings.response_mode == "wait";
    if (config.settings.requires_signature) {
        const Instant now = parts_.clock.now();
        auto scheme = verify_signature(call, config.secrets.valid_at(now), now);
        if (!scheme) return std::unexpected(HookRefusal{scheme.error(), scheme.error().message});
        admission.signed_as = *scheme;
    }
    // Only calls of those who may call count, so that nobody else can use up the rate.
    const std::int64_t calls = config.settings.calls_per_minute;
    std::int64_t wait_ms = 0;
    {
        const std::lock_guard lock(mutex_);
        CallRate& rate = entries_[flow].rate;
        const std::int64_t now_ms = parts_.clock.monotonic_ms();
        wait_ms = rate.wait_ms(per_minute(calls), now_ms);
        if (wait_ms == 0) rate.take(per_minute(calls), now_ms);
    }
    if (wait_ms == 0) return admission;
    const std::string detail = fmt::format(
        "more than {} calls in a minute; the webhook's 'callsPerMinute' sets the limit", calls);
    HookRefusal refusal{Error{ErrorCode::rate_limited, detail}, detail};
    refusal.retry_after_ms = wait_ms;
    return std::unexpected(std::move(refusal));
}

WebhookGate::ConfigPtr WebhookGate::find_config(FlowId flow) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(flow);
    return found == entries_.end() ? nullptr : found->second.config;
}

Result<WebhookGate::ConfigPtr> WebhookGate::read_config(FlowId flow) {
    std::uint64_t changes = 0;
    {
        const std::lock_guard lock(mutex_);
        changes = changes_;
    }
    auto settings = parts_.stored.get(flow);
    if (!settings) return std::unexpected(settings.error());
    auto sealed = parts_.secrets.find_own(store::webhook_secret_name(flow));
    if (!sealed) return std::unexpected(sealed.error());
    Config config{*settings, {}};
    if (*sealed) {
        auto secrets = WebhookSecrets::parse(**sealed);
        if (!secrets) return std::unexpected(secrets.error());
        config.secrets = std::move(*secrets);
    }
    auto shared = std::make_shared<const Config>(std::move(config));
    const std::lock_guard lock(mutex_);
    // What was read before a change may be older than it.
    if (changes_ != changes) return shared;
    // A cache may forget, the rates with it.
    if (entries_.size() >= limits::flow_heads) entries_.clear();
    entries_[flow].config = shared;
    return shared;
}

void WebhookGate::forget(FlowId flow) {
    const std::lock_guard lock(mutex_);
    ++changes_;
    if (const auto found = entries_.find(flow); found != entries_.end())
        found->second.config = nullptr;
}

}  // namespace swiftgrid::control

#include "control/webhook_secrets.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <sodium/randombytes.h>

#include "base/base64.h"
#include "base/json.h"
#include "base/limits.h"
#include "control/webhook_signature.h"

namespace swiftgrid::control {
namespace {

Error damaged() { return {ErrorCode::storage_error, "the secrets of the webhook are damaged"}; }

std::optional<Instant> instant_at(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_int64()) return std::nullopt;
    return Instant{value->get_int64()};
}

}  // namespace

std::string WebhookSecrets::make() {
    std::array<std::uint8_t, 32> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return "whsec_" + to_base64(bytes, Base64::standard);
}

std::optional<model::Problem> WebhookSecrets::problem_of(std::string_view secret) {
    const auto problem = [](std::string detail) {
        return model::Problem{
            model::Severity::error,
            "/secret",
            "",
            "webhook_secret",
            std::move(detail),
            "Take the one that the sender shows, or leave it out to have one made."};
    };
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    if (secret.size() < limits::webhook_secret_characters_min ||
        secret.size() > limits::webhook_secret_characters_max ||
        !std::ranges::all_of(secret, is_printable) || secret.starts_with(' ') ||
        secret.ends_with(' '))
        return problem(fmt::format(
            "secret: it has {} to {} ASCII characters and no blank at its "
            "ends",
            limits::webhook_secret_characters_min, limits::webhook_secret_characters_max));
    if (!is_usable_secret(secret))
        return problem("secret: after 'whsec_' comes the key in base64, with its '=' at the end");
    return std::nullopt;
}

Result<WebhookSecrets> WebhookSecrets::parse(std::string_view text) {
    const auto tree = parse_json(text);
    if (!tree || !tree->is_array()) return std::unexpected(damaged());
    WebhookSecrets secrets;
    for (const json::value& item : tree->get_array()) {
        const json::object* object = item.if_object();
        const json::value* secret = object ? object->if_contains("secret") : nullptr;
        const auto since = object ? instant_at(*object, "since") : std::nullopt;
        if (!secret || !secret->is_string() || !since) return std::unexpected(damaged());
        secrets.secrets_.push_back(
            {std::string(secret->get_string()), *since, instant_at(*object, "until")});
    }
    return secrets;
}

std::string WebhookSecrets::to_text() const {
    json::array items;
    for (const Secret& secret : secrets_) {
        json::object item{{"secret", secret.text},
                          {"since", secret.since.milliseconds_since_epoch}};
        if (secret.until) item["until"] = secret.until->milliseconds_since_epoch;
        items.push_back(std::move(item));
    }
    return to_json(items);
}

void WebhookSecrets::replace(std::string secret, Instant now, Duration overlap) {
    const Instant end = now + overlap;
    for (Secret& old : secrets_) old.until = std::min(old.until.value_or(end), end);
    std::erase_if(secrets_,
                  [&](const Secret& old) { return old.until <= now || old.text == secret; });
    secrets_.insert(secrets_.begin(), {std::move(secret), now, std::nullopt});
    if (secrets_.size() > limits::webhook_secrets) secrets_.resize(limits::webhook_secrets);
}

std::vector<std::string> WebhookSecrets::valid_at(Instant now) const {
    std::vector<std::string> valid;
    for (const Secret& secret : secrets_)
        if (!secret.until || *secret.until > now) valid.push_back(secret.text);
    return valid;
}

std::optional<Instant> WebhookSecrets::newest_since() const {
    if (secrets_.empty()) return std::nullopt;
    return secrets_.front().since;
}

std::optional<Instant> WebhookSecrets::old_until(Instant now) const {
    std::optional<Instant> last;
    for (const Secret& secret : secrets_)
        if (secret.until && *secret.until > now) last = std::max(last, secret.until);
    return last;
}

}  // namespace swiftgrid::control

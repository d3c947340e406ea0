#include "control/webhook_signature.h"

#include <array>
#include <charconv>
#include <initializer_list>
#include <vector>

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

#include "base/base64.h"
#include "base/limits.h"

namespace swiftgrid::control {
namespace {

using Mac = std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES>;

constexpr std::string_view standard_prefix = "whsec_";

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Mac mac_of(std::string_view key, std::initializer_list<std::string_view> parts) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
    for (const std::string_view part : parts)
        crypto_auth_hmacsha256_update(&state, bytes_of(part), part.size());
    Mac mac;
    crypto_auth_hmacsha256_final(&state, mac.data());
    return mac;
}

// Nothing for a secret of another kind: it signs no Standard Webhooks.
std::optional<std::string> decoded(std::string_view secret) {
    if (!secret.starts_with(standard_prefix)) return std::nullopt;
    secret.remove_prefix(standard_prefix.size());
    if (secret.empty() || secret.size() % 4 != 0) return std::nullopt;
    const auto padding = secret.ends_with("==") ? 2U : secret.ends_with("=") ? 1U : 0U;
    std::string key(secret.size() / 4 * 3 - padding, '\0');
    const std::span bytes(reinterpret_cast<std::uint8_t*>(key.data()), key.size());
    if (!from_base64(secret, bytes, Base64::standard)) return std::nullopt;
    return key;
}

std::optional<Mac> from_hex(std::string_view text) {
    Mac mac;
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed =
        sodium_hex2bin(mac.data(), mac.size(), text.data(), text.size(), nullptr, &size, &end);
    if (failed != 0 || size != mac.size() || end != text.data() + text.size()) return std::nullopt;
    return mac;
}

// The list's elements; those beyond the limit are not looked at.
std::vector<std::string_view> split(std::string_view list, char separator) {
    std::vector<std::string_view> parts;
    while (!list.empty() && parts.size() < limits::webhook_signatures) {
        const auto end = std::min(list.find(separator), list.size());
        if (end > 0) parts.push_back(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return parts;
}

// All are compared, and each in constant time.
bool is_among(const Mac& mac, std::span<const Mac> given) {
    bool found = false;
    for (const Mac& one : given)
        found = sodium_memcmp(mac.data(), one.data(), mac.size()) == 0 || found;
    return found;
}

std::unexpected<Error> refused(std::string why) {
    return fail(ErrorCode::unauthorized, std::move(why));
}

std::unexpected<Error> no_match(std::string_view header) {
    return refused("the signature in " + std::string(header) +
                   " is not the one of this body with the secret of this webhook");
}

Result<void> check_time(std::string_view seconds_text, Instant now) {
    std::int64_t seconds = 0;
    const char* const end = seconds_text.data() + seconds_text.size();
    const auto parsed = std::from_chars(seconds_text.data(), end, seconds);
    constexpr std::int64_t seconds_max = std::int64_t{1} << 40;
    if (parsed.ec != std::errc() || parsed.ptr != end || seconds < 0 || seconds > seconds_max)
        return refused("the time of the call is not a number of seconds since 1970");
    const std::int64_t apart = (now - Instant{seconds * 1'000}).milliseconds;
    if (apart > limits::webhook_tolerance_ms)
        return refused("the call was signed more than 5 minutes ago; sign it again");
    if (apart < -limits::webhook_tolerance_ms)
        return refused("the call was signed more than 5 minutes in the future; set the clock");
    return {};
}

Result<void> verify_standard(const SignedCall& call, std::span<const std::string> secrets,
                             Instant now) {
    if (!call.webhook_id || !call.webhook_timestamp)
        return refused("webhook-signature needs the headers webhook-id and webhook-timestamp too");
    std::vector<Mac> given;
    for (std::string_view one : split(*call.webhook_signature, ' ')) {
        Mac mac;
        if (!one.starts_with("v1,")) continue;
        one.remove_prefix(3);
        if (from_base64(one, mac, Base64::standard)) given.push_back(mac);
    }
    for (const std::string& secret : secrets) {
        const auto key = decoded(secret);
        if (!key) continue;
        const Mac mac =
            mac_of(*key, {*call.webhook_id, ".", *call.webhook_timestamp, ".", call.body});
        if (is_among(mac, given)) return check_time(*call.webhook_timestamp, now);
    }
    return no_match("webhook-signature");
}

// "1614265330." of a body that Stripe's way of signing puts before the real one.
bool begins_with_time(std::string_view body) {
    const auto end = body.find_first_not_of("0123456789");
    return end != std::string_view::npos && end > 0 && body[end] == '.';
}

// Both this and Stripe's are made with the whole secret: a call of Stripe's that somebody has seen
// would be one of GitHub's, without a time, with its time as the beginning of the body.
Result<void> verify_github(const SignedCall& call, std::span<const std::string> secrets) {
    if (begins_with_time(call.body))
        return refused(
            "a body that begins with a number and a dot cannot be signed with "
            "X-Hub-Signature-256; sign it as Standard Webhooks say");
    constexpr std::string_view prefix = "sha256=";
    std::string_view text = *call.hub_signature;
    if (!text.starts_with(prefix)) return no_match("X-Hub-Signature-256");
    text.remove_prefix(prefix.size());
    const auto given = from_hex(text);
    if (!given) return no_match("X-Hub-Signature-256");
    for (const std::string& secret : secrets)
        if (is_among(mac_of(secret, {call.body}), {&*given, 1})) return {};
    return no_match("X-Hub-Signature-256");
}

Result<void> verify_stripe(const SignedCall& call, std::span<const std::string> secrets,
                           Instant now) {
    std::string_view time;
    std::vector<Mac> given;
    for (std::string_view one : split(*call.stripe_signature, ',')) {
        if (one.starts_with("t=")) time = one.substr(2);
        if (!one.starts_with("v1=")) continue;
        if (const auto mac = from_hex(one.substr(3))) given.push_back(*mac);
    }
    for (const std::string& secret : secrets)
        if (is_among(mac_of(secret, {time, ".", call.body}), given)) return check_time(time, now);
    return no_match("Stripe-Signature");
}

}  // namespace

std::string_view to_string(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::standard: return "standard";
        case SignatureScheme::github: return "github";
        case SignatureScheme::stripe: return "stripe";
    }
    return "";
}

Result<SignatureScheme> verify_signature(const SignedCall& call,
                                         std::span<const std::string> secrets, Instant now) {
    const auto as = [](SignatureScheme scheme, Result<void> verified) -> Result<SignatureScheme> {
        if (!verified) return std::unexpected(verified.error());
        return scheme;
    };
    if (call.webhook_signature)
        return as(SignatureScheme::standard, verify_standard(call, secrets, now));
    if (call.hub_signature) return as(SignatureScheme::github, verify_github(call, secrets));
    if (call.stripe_signature)
        return as(SignatureScheme::stripe, verify_stripe(call, secrets, now));
    return refused(
        "the call is not signed: send the headers webhook-id, webhook-timestamp and "
        "webhook-signature (Standard Webhooks), X-Hub-Signature-256 or Stripe-Signature");
}

bool is_usable_secret(std::string_view secret) {
    return !secret.starts_with(standard_prefix) || decoded(secret).has_value();
}

std::string standard_signatures(std::span<const std::string> secrets, std::string_view id,
                                std::string_view seconds, std::string_view body) {
    std::string list;
    for (const std::string& secret : secrets) {
        const auto key = decoded(secret);
        if (!key) continue;
        if (!list.empty()) list += ' ';
        list += "v1," + to_base64(mac_of(*key, {id, ".", seconds, ".", body}), Base64::standard);
    }
    return list;
}

}  // namespace swiftgrid::control

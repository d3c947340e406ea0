#pragma once

// Whether a call was made by somebody who has the secret. Three ways of signing are understood, all
// of them an HMAC-SHA-256 of the body as it was sent:
//
//   standard  Standard Webhooks 1.0: webhook-signature is a list of "v1,<base64>" over
//             "<webhook-id>.<webhook-timestamp>.<body>"; the key is what follows "whsec_", decoded
//   github    X-Hub-Signature-256: "sha256=<hex>" over the body, which does not begin as what
//             Stripe signs does; the key is the whole secret
//   stripe    Stripe-Signature: "t=<seconds>,v1=<hex>,…" over "<t>.<body>"; likewise

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace swiftgrid::control {

enum class SignatureScheme : std::uint8_t { standard, github, stripe };
std::string_view to_string(SignatureScheme scheme);

// What of a call is signed or says how; views of the request.
struct SignedCall {
    std::optional<std::string_view> webhook_id;
    std::optional<std::string_view> webhook_timestamp;
    std::optional<std::string_view> webhook_signature;
    std::optional<std::string_view> hub_signature;
    std::optional<std::string_view> stripe_signature;
    std::string_view body;
};

// False for a secret that says it is one of Standard Webhooks and holds no key: nobody can sign by
// their rules with it.
bool is_usable_secret(std::string_view secret);

// The first of the three that the call has decides. `unauthorized` says what was expected, never
// what would have been right; that a call is too late is only told to who has signed it.
Result<SignatureScheme> verify_signature(const SignedCall& call,
                                         std::span<const std::string> secrets, Instant now);

// What we send ourselves: one signature of Standard Webhooks for each secret, the header's value.
std::string standard_signatures(std::span<const std::string> secrets, std::string_view id,
                                std::string_view seconds, std::string_view body);

}  // namespace swiftgrid::control

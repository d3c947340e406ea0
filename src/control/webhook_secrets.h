#pragma once

// The secrets that calls of one flow's webhook may be signed with: the newest, and those it has
// replaced for as long as their overlap lasts. Kept as one sealed text.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "model/problem.h"

namespace swiftgrid::control {

class WebhookSecrets {
public:
    // "whsec_" and the base64 text of 32 random bytes.
    static std::string make();
    // What is wrong with a secret that a person brings along.
    static std::optional<model::Problem> problem_of(std::string_view secret);

    static Result<WebhookSecrets> parse(std::string_view text);
    std::string to_text() const;

    // The ones before are taken until the overlap has passed; without one they end at once.
    void replace(std::string secret, Instant now, Duration overlap);

    // The newest first.
    std::vector<std::string> valid_at(Instant now) const;
    bool is_empty() const { return secrets_.empty(); }
    std::optional<Instant> newest_since() const;
    // Until when one that was replaced is taken; nothing when none is any more.
    std::optional<Instant> old_until(Instant now) const;

private:
    struct Secret {
        std::string text;
        Instant since;
        std::optional<Instant> until;  // nothing: it is the newest
    };
    std::vector<Secret> secrets_;  // the newest first
};

}  // namespace swiftgrid::control

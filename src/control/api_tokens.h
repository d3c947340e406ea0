#pragma once

// Tokens for programs: a name, a role, perhaps an end. The token itself is shown once; only a hash
// of it is kept. It may never do more than the person whose it is, and goes with that person.
// Blocking: called on API worker threads.

#include <optional>
#include <string>

#include "base/account_ids.h"
#include "control/account_book.h"
#include "control/answer.h"
#include "control/caller.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

struct TokenInput {
    std::string name;
    std::string role;
    std::optional<std::string> expires_at = {};  // RFC 3339; none: never
};

class ApiTokens {
public:
    struct Parts {
        AccountBook& book;
        const runtime::Clock& clock;
        IdSource& ids;
    };
    explicit ApiTokens(Parts parts) : parts_(parts) {}

    // { items, nextCursor }, the newest first: the caller's own, and everybody's for owners.
    Answer<std::string> list(const Caller& caller, const std::string& cursor,
                             std::size_t limit) const;

    // The item, and the token.
    Answer<std::string> create(const Caller& caller, const TokenInput& input);

    // `not_found` when the caller may not see it.
    Answer<void> revoke(const Caller& caller, TokenId token);

private:
    Answer<store::TokenRow> row_of(const Caller& caller, const TokenInput& input) const;
    std::vector<store::TokenRow> visible(const Caller& caller) const;

    Parts parts_;
};

}  // namespace swiftgrid::control

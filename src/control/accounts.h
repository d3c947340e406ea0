#pragma once

// Everything about accounts, wired together: who asks (access), people, sessions, tokens, and how
// often somebody may guess.

#include <memory>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "control/access.h"
#include "control/account_book.h"
#include "control/api_tokens.h"
#include "control/sessions.h"
#include "control/sign_in_limiter.h"
#include "control/users.h"
#include "runtime/clock.h"
#include "store/accounts.h"

namespace swiftgrid::control {

class Accounts {
public:
    struct Parts {
        store::Accounts& store;
        const runtime::Clock& clock;
        IdSource& ids;
    };
    // Everything in `parts` outlives this.
    static Result<std::unique_ptr<Accounts>> open(Parts parts, const std::string& server_token);

    bool exist() const { return book_->has_users(); }
    Access& access() { return access_; }
    Sessions& sessions() { return sessions_; }
    Users& users() { return users_; }
    ApiTokens& tokens() { return tokens_; }
    SignInLimiter& limiter() { return limiter_; }

    // Now and then, and at the end: see AccountBook.
    Result<void> write_uses(Instant now) { return book_->write_uses(now); }

private:
    Accounts(Parts parts, std::unique_ptr<AccountBook> book, const std::string& server_token);

    std::unique_ptr<AccountBook> book_;
    Access access_;
    Sessions sessions_;
    Users users_;
    ApiTokens tokens_;
    SignInLimiter limiter_;
};

}  // namespace swiftgrid::control

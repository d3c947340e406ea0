#pragma once

// The browsers that people are signed in with. A session ends after limits::session_days, or when
// it was not used for limits::session_idle_days, or when somebody ends it. Its cookie is a random
// secret; only a hash of that is kept. Blocking: called on API worker threads.

#include <optional>
#include <string>

#include "base/account_ids.h"
#include "control/account_book.h"
#include "control/answer.h"
#include "control/caller.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

// Where somebody signs in from.
struct SignInPlace {
    std::string address;
    std::string user_agent;
};

struct OpenedSession {
    std::string cookie;
    std::int64_t seconds = 0;  // how long it is good for
};

class Sessions {
public:
    struct Parts {
        AccountBook& book;
        const runtime::Clock& clock;
        IdSource& ids;
        std::string server_token_id;
    };
    explicit Sessions(Parts parts) : parts_(std::move(parts)) {}

    // A session as part of a change; the oldest one gives way when the person has too many. Nobody:
    // whoever has the server's own token. Requires that the caller holds begin_change().
    OpenedSession add(store::AccountChange& change, const std::optional<UserId>& user,
                      const SignInPlace& place);

    // { items }, the caller's own, the newest first.
    std::string list(const Caller& caller) const;

    // `not_found` when it is not the caller's.
    Answer<void> end(const Caller& caller, SessionId session);
    Answer<void> end_others(const Caller& caller);
    // The one that the caller came with.
    Answer<void> log_out(const Caller& caller);

private:
    Answer<void> end_all(const Caller& caller, std::vector<SessionId> sessions,
                         std::string_view action);

    Parts parts_;
};

}  // namespace swiftgrid::control

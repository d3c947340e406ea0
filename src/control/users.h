#pragma once

// The people of a server: the first one, who sets it up; those whom owners add; signing in, and
// passwords. Blocking, and passwords cost memory: called on the threads for signing in only.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/account_ids.h"
#include "control/account_book.h"
#include "control/answer.h"
#include "control/caller.h"
#include "control/sessions.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

struct UserInput {
    std::string email;
    std::optional<std::string> role = {};
    std::optional<std::string> password = {};
};

class Users {
public:
    struct Parts {
        AccountBook& book;
        Sessions& sessions;
        const runtime::Clock& clock;
        IdSource& ids;
    };
    explicit Users(Parts parts) : parts_(parts) {}

    struct SignedIn {
        Caller caller;
        OpenedSession session;
    };
    // Makes the first account, an owner, and signs in; `conflict` when there is one. Whoever calls
    // has proved that the server is theirs. Other sessions without an account end.
    Answer<SignedIn> set_up(const std::string& email, const std::string& password,
                            const SignInPlace& place);

    // `unauthorized`, and nothing about why; then note_failed_log_in() is to be called.
    Answer<SignedIn> log_in(const std::string& email, const std::string& password,
                            const SignInPlace& place);
    // Puts it in the audit log when there is such an account. Waits for the disk: only after the
    // answer, which would otherwise tell by its time who has an account.
    void note_failed_log_in(const std::string& email, const SignInPlace& place);
    // For whoever has shown the server's own token or its one-time code, which holds no longer than
    // there is no account.
    enum class Shown : std::uint8_t { server_token, one_time_code };
    Answer<SignedIn> log_in_without_account(Shown shown, const SignInPlace& place);

    // { items, nextCursor }, the newest first.
    Answer<std::string> list(const std::string& cursor, std::size_t limit) const;

    // Without a password one is made; it is in the answer, once. The first account ends sessions
    // without one.
    Answer<std::string> create(const Caller& caller, const UserInput& input);

    // Role, password, or both. A new password ends the person's sessions. `conflict` when nobody
    // would be owner any more.
    struct Change {
        std::optional<std::string> role = {};
        std::optional<std::string> password = {};
        bool makes_password = false;  // as create() does
    };
    Answer<std::string> change(const Caller& caller, UserId user, const Change& change);

    // With their sessions and tokens. `conflict` when nobody would be owner any more.
    Answer<void> remove(const Caller& caller, UserId user);

    // One's own; ends all other sessions of the person. `forbidden` when the present one is wrong.
    Answer<void> change_password(const Caller& caller, const std::string& present,
                                 const std::string& wished);

    // For the command line, which knows people by their address.
    std::optional<UserId> find(std::string_view email) const;

private:
    Answer<SignedIn> open_session(store::AccountChange change,
                                  const std::optional<store::UserRow>& user,
                                  const SignInPlace& place);
    Answer<void> check_owner_remains(const store::UserRow& user) const;
    void end_sessions_without_account(store::AccountChange& change) const;

    Parts parts_;
};

// As it is stored and compared: without blanks around it, in lower case.
std::string normal_email(std::string_view email);

// The owner of a session or token, as a caller.
Caller caller_of(const store::UserRow& user);

}  // namespace swiftgrid::control

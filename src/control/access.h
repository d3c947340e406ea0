#pragma once

// Who is it? Found from what a request carries: the server's own token (SWIFTGRID_API_TOKEN, or the
// one that was made in the data folder), a token for programs, or the cookie of a session. As long
// as there is no account, a one-time code that the console link carries lets its reader in, too.
// Thread-safe, and never waits for the disk.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"
#include "control/account_book.h"
#include "control/caller.h"

namespace swiftgrid::control {

class Access {
public:
    // Requires a token of at least 16 characters. The book outlives this.
    Access(std::string server_token, AccountBook& book);

    bool is_server_token(std::string_view presented) const;

    std::optional<Caller> caller_of_token(std::string_view presented, Instant now) const;
    std::optional<Caller> caller_of_session(std::string_view cookie, Instant now) const;

    // Makes the code of the sign-in link; it replaces an earlier one and works once, for a day, and
    // no longer than there is no account.
    std::string make_sign_in_code(Instant now);
    bool is_sign_in_code(std::string_view code, Instant now) const;
    // True at most once per code.
    bool use_sign_in_code(std::string_view code, Instant now);

private:
    bool is_code(std::string_view code, Instant now) const;

    std::string server_token_;
    AccountBook& book_;
    mutable std::mutex mutex_;
    std::string code_;  // "" when there is none to use
    Instant code_expires_at_;
};

// Names a token without telling anything of it: sessions that were opened with it die with it.
std::string server_token_id(std::string_view token);

// The token of `SWIFTGRID_API_TOKEN` when it is set, else that of the file `api-token` in the data
// folder, which is made (mode 0600) when it is missing. `created` tells whether it was.
struct ServerToken {
    std::string token;
    bool from_environment = false;
    bool created = false;
};
Result<ServerToken> server_token(const std::string& data_dir, const char* environment_value);

}  // namespace swiftgrid::control

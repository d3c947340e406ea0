#pragma once

// Who may use the API (until accounts come): the owner's token, from SWIFTGRID_API_TOKEN or made in
// the data folder on first start, a one-time code that the console link carries, and sessions for
// browsers. A session cookie is signed with a key derived from the token, so it survives restarts
// and dies when the token changes. All comparisons take constant time.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/instant.h"
#include "base/result.h"

namespace swiftgrid::control {

class Access {
public:
    // Requires a token of at least 16 characters.
    explicit Access(std::string token);

    bool is_token(std::string_view presented) const;

    // Makes the code of the sign-in link; it replaces an earlier one and works once, for a day.
    std::string make_sign_in_code(Instant now);
    // True at most once per code.
    bool use_sign_in_code(std::string_view code, Instant now);

    // The value of a session cookie, good for 30 days.
    std::string make_session(Instant now) const;
    bool is_session(std::string_view cookie, Instant now) const;

    static constexpr std::int64_t session_seconds = 30LL * 24 * 60 * 60;

private:
    std::string signature_of(std::string_view text) const;

    std::string token_;
    mutable std::mutex mutex_;
    std::string code_;  // "" when there is none to use
    Instant code_expires_at_;
};

// The token of `SWIFTGRID_API_TOKEN` when it is set, else that of the file `api-token` in the data
// folder, which is made (mode 0600) when it is missing. `created` tells whether it was.
struct OwnerToken {
    std::string token;
    bool from_environment = false;
    bool created = false;
};
Result<OwnerToken> owner_token(const std::string& data_dir, const char* environment_value);

}  // namespace swiftgrid::control

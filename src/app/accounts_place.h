#pragma once

// Where the accounts are that a command works on. Answers are those of the API.

#include <memory>
#include <optional>
#include <string>

#include "app/options.h"
#include "base/account_ids.h"
#include "base/json.h"
#include "base/result.h"
#include "sandbox/zygote.h"

namespace swiftgrid::app {

class AccountsPlace {
public:
    virtual ~AccountsPlace() = default;
    virtual Result<json::object> list_users(const std::string& cursor) = 0;
    // `body` is that of POST and PUT /api/users.
    virtual Result<json::object> add_user(const json::object& body) = 0;
    virtual Result<json::object> change_user(UserId user, const json::object& body) = 0;
    virtual Result<void> delete_user(UserId user) = 0;
    virtual Result<json::object> list_tokens(const std::string& cursor) = 0;
    // `body` is that of POST /api/tokens.
    virtual Result<json::object> create_token(const json::object& body) = 0;
    virtual Result<void> revoke_token(TokenId token) = 0;
};

Result<std::unique_ptr<AccountsPlace>> open_accounts(const PlaceOptions& options,
                                                     sandbox::Zygote& zygote);

}  // namespace swiftgrid::app

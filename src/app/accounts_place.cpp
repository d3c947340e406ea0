#include "app/accounts_place.h"

#include <cstdlib>

#include <fmt/format.h>

#include "app/place.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/accounts.h"

namespace swiftgrid::app {
namespace {

std::optional<std::string> text_in(const json::object& body, std::string_view name) {
    if (!body.contains(name)) return std::nullopt;
    return std::string(text_at(body, name));
}

class FolderAccounts : public AccountsPlace {
public:
    FolderAccounts(std::unique_ptr<Host> host, std::unique_ptr<control::Accounts> accounts)
        : host_(std::move(host)), accounts_(std::move(accounts)) {}

    Result<json::object> list_users(const std::string& cursor) override {
        return object_of(plain(accounts_->users().list(cursor, limits::page_items_max)));
    }
    Result<json::object> add_user(const json::object& body) override {
        return object_of(plain(accounts_->users().create(
            caller_, {text_in(body, "email").value_or(""), text_in(body, "role"),
                      text_in(body, "password")})));
    }
    Result<json::object> change_user(UserId user, const json::object& body) override {
        return object_of(plain(accounts_->users().change(
            caller_, user,
            {text_in(body, "role"), text_in(body, "password"), body.contains("resetPassword")})));
    }
    Result<void> delete_user(UserId user) override {
        return plain(accounts_->users().remove(caller_, user));
    }
    Result<json::object> list_tokens(const std::string& cursor) override {
        return object_of(plain(accounts_->tokens().list(caller_, cursor, limits::page_items_max)));
    }
    Result<json::object> create_token(const json::object& body) override {
        return object_of(plain(accounts_->tokens().create(
            caller_, {text_in(body, "name").value_or(""), text_in(body, "role").value_or(""),
                      text_in(body, "expiresAt")})));
    }
    Result<void> revoke_token(TokenId token) override {
        return plain(accounts_->tokens().revoke(caller_, token));
    }

private:
    std::unique_ptr<Host> host_;
    std::unique_ptr<control::Accounts> accounts_;
    control::Caller caller_{control::CallerKind::server_token, control::Role::owner,
                            std::string(control::server_token_name)};
};

class ServerAccounts : public AccountsPlace {
public:
    explicit ServerAccounts(const PlaceOptions& options) : server_(options.server, options.token) {}

    Result<json::object> list_users(const std::string& cursor) override {
        return server_.with("items", server_.get(page("/api/users", cursor)));
    }
    Result<json::object> add_user(const json::object& body) override {
        return server_.with("id", server_.post("/api/users", body));
    }
    Result<json::object> change_user(UserId user, const json::object& body) override {
        return server_.with("id", server_.put("/api/users/" + to_string(user), body));
    }
    Result<void> delete_user(UserId user) override {
        return server_.remove("/api/users/" + to_string(user));
    }
    Result<json::object> list_tokens(const std::string& cursor) override {
        return server_.with("items", server_.get(page("/api/tokens", cursor)));
    }
    Result<json::object> create_token(const json::object& body) override {
        return server_.with("token", server_.post("/api/tokens", body));
    }
    Result<void> revoke_token(TokenId token) override {
        return server_.remove("/api/tokens/" + to_string(token));
    }

private:
    static std::string page(std::string_view path, const std::string& cursor) {
        return fmt::format("{}?limit={}&cursor={}", path, limits::page_items_max, cursor);
    }
    ServerApi server_;
};

}  // namespace

Result<std::unique_ptr<AccountsPlace>> open_accounts(const PlaceOptions& options,
                                                     sandbox::Zygote& zygote) {
    if (!options.server.empty()) return std::make_unique<ServerAccounts>(options);
    auto host = Host::create(folder_options(options), zygote);
    if (!host) return std::unexpected(host.error());
    auto token = control::server_token(options.data_dir, std::getenv("SWIFTGRID_API_TOKEN"));
    if (!token) return std::unexpected(token.error());
    auto accounts = control::Accounts::open(
        {(*host)->stored_accounts(), (*host)->clock, (*host)->ids()}, token->token);
    if (!accounts) return std::unexpected(accounts.error());
    return std::make_unique<FolderAccounts>(std::move(*host), std::move(*accounts));
}

}  // namespace swiftgrid::app

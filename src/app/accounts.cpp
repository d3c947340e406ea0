#include "app/accounts.h"

#include <fmt/format.h>

#include "app/accounts_place.h"
#include "app/exit_code.h"
#include "app/place.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/users.h"
#include "runtime/clock.h"

namespace swiftgrid::app {
namespace {

using Page = Result<json::object> (AccountsPlace::*)(const std::string& cursor);

Result<std::vector<json::object>> all_of(AccountsPlace& place, Page page) {
    std::vector<json::object> items;
    std::string cursor;
    do {
        const auto found = (place.*page)(cursor);
        if (!found) return std::unexpected(found.error());
        for (json::object& item : list_at(*found, "items")) items.push_back(std::move(item));
        cursor = text_at(*found, "nextCursor");
    } while (!cursor.empty());
    return items;
}

int list(AccountsPlace& place, Page page, bool as_json, void (*print)(const json::object&)) {
    const auto items = all_of(place, page);
    if (!items) return failed(items.error(), as_json);
    if (as_json)
        fmt::print("{}\n", to_pretty_json(
                               json::object{{"items", json::array(items->begin(), items->end())}}));
    else
        for (const json::object& item : *items) print(item);
    return exit_done;
}

std::string_view or_dash(std::string_view text) { return text.empty() ? "-" : text; }

void print_user(const json::object& user) {
    fmt::print("{:40} {:9} last seen {}\n", text_at(user, "email"), text_at(user, "role"),
               or_dash(text_at(user, "lastSeenAt")));
}

void print_token(const json::object& token) {
    fmt::print("{} {:24} {:9} expires {} last used {}\n", text_at(token, "id"),
               text_at(token, "name"), text_at(token, "role"), or_dash(text_at(token, "expiresAt")),
               or_dash(text_at(token, "lastUsedAt")));
}

Result<UserId> find_user(AccountsPlace& place, const std::string& email) {
    const auto users = all_of(place, &AccountsPlace::list_users);
    if (!users) return std::unexpected(users.error());
    const std::string wanted = control::normal_email(email);
    for (const json::object& user : *users) {
        if (text_at(user, "email") == wanted) return parse_id<UserId>(text_at(user, "id"));
    }
    return fail(ErrorCode::not_found, wanted + " has no account here; see 'swiftgrid user list'");
}

int show_user(const json::object& user, const UserOptions& options, std::string_view done) {
    if (options.place.json) {
        fmt::print("{}\n", to_json(user));
        return exit_done;
    }
    fmt::print("{} {}\n", text_at(user, "email"), done);
    const std::string_view password = text_at(user, "password");
    if (!password.empty()) fmt::print("Password, shown once: {}\n", password);
    return exit_done;
}

int add(AccountsPlace& place, const UserOptions& options) {
    json::object body{{"email", options.email}, {"role", options.role}};
    if (options.password_from_input) {
        auto password = read_value(limits::password_bytes);
        if (!password) return failed(password.error(), options.place.json);
        body["password"] = *password;
    }
    const auto user = place.add_user(body);
    if (!user) return failed(user.error(), options.place.json);
    return show_user(*user, options, fmt::format("has an account as {}", options.role));
}

int change(AccountsPlace& place, const UserOptions& options, UserId id) {
    json::object body;
    if (options.action == UserAction::set_role) {
        body["role"] = options.role;
    } else if (options.password_from_input) {
        auto password = read_value(limits::password_bytes);
        if (!password) return failed(password.error(), options.place.json);
        body["password"] = *password;
    } else {
        body["resetPassword"] = true;
    }
    const auto user = place.change_user(id, body);
    if (!user) return failed(user.error(), options.place.json);
    return show_user(*user, options,
                     options.action == UserAction::set_role
                         ? fmt::format("is {} now", options.role)
                         : "has a new password; all sessions have ended");
}

int remove(AccountsPlace& place, const UserOptions& options, UserId id) {
    const auto removed = place.delete_user(id);
    if (!removed) return failed(removed.error(), options.place.json);
    if (!options.place.json) fmt::print("{} is deleted\n", options.email);
    return exit_done;
}

int create_token(AccountsPlace& place, const TokenOptions& options) {
    json::object body{{"name", options.name}, {"role", options.role}};
    if (options.days > 0) {
        constexpr std::int64_t day_ms = 24LL * 60 * 60 * 1000;
        const Instant end = runtime::SystemClock().now() + Duration{options.days * day_ms};
        body["expiresAt"] = to_rfc3339(end);
    }
    const auto token = place.create_token(body);
    if (!token) return failed(token.error(), options.place.json);
    // Alone, so that a script can take it.
    fmt::print("{}\n",
               options.place.json ? to_json(*token) : std::string(text_at(*token, "token")));
    return exit_done;
}

int revoke_token(AccountsPlace& place, const TokenOptions& options) {
    const auto id = parse_id<TokenId>(options.id);
    if (!id)
        return failed({ErrorCode::bad_request,
                       "'" + options.id + "' is no id of a token; see 'swiftgrid token list'"},
                      options.place.json);
    const auto revoked = place.revoke_token(*id);
    if (!revoked) return failed(revoked.error(), options.place.json);
    if (!options.place.json) fmt::print("{} is revoked\n", options.id);
    return exit_done;
}

}  // namespace

int run_user(const UserOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    auto place = open_accounts(options.place, zygote);
    if (!place) return failed(place.error(), options.place.json);
    if (options.action == UserAction::list)
        return list(**place, &AccountsPlace::list_users, options.place.json, print_user);
    if (options.action == UserAction::add) return add(**place, options);
    const auto id = find_user(**place, options.email);
    if (!id) return failed(id.error(), options.place.json);
    return options.action == UserAction::remove ? remove(**place, options, *id)
                                                : change(**place, options, *id);
}

int run_token(const TokenOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    auto place = open_accounts(options.place, zygote);
    if (!place) return failed(place.error(), options.place.json);
    switch (options.action) {
        case TokenAction::create: return create_token(**place, options);
        case TokenAction::revoke: return revoke_token(**place, options);
        case TokenAction::list: break;
    }
    return list(**place, &AccountsPlace::list_tokens, options.place.json, print_token);
}

}  // namespace swiftgrid::app

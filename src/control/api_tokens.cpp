#include "control/api_tokens.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"
#include "control/account_audit.h"
#include "control/account_pages.h"
#include "control/credentials.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

bool is_token_name(std::string_view name) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    };
    return !name.empty() && character_count(name) <= limits::token_name_characters &&
           std::ranges::none_of(name, is_control);
}

}  // namespace

Answer<store::TokenRow> ApiTokens::row_of(const Caller& caller, const TokenInput& input) const {
    std::vector<model::Problem> problems;
    store::TokenRow row;
    row.created_at = parts_.clock.now();
    if (!is_token_name(input.name))
        problems.push_back(
            problem_at("/name", "token_name",
                       fmt::format("a name has 1 to {} characters, all of them visible",
                                   limits::token_name_characters),
                       "Name the program that will use it."));
    const auto role = parse_role(input.role);
    if (!role)
        problems.push_back(problem_at("/role", "role",
                                      "the role is 'owner', 'editor', 'operator' or 'viewer'",
                                      "Choose the least that the program needs."));
    else if (*role > caller.role)
        problems.push_back(problem_at(
            "/role", "role_too_high",
            fmt::format("a token may not do more than you, who are {}", to_string(caller.role)),
            "Choose your own role or a lower one."));
    if (input.expires_at) {
        const auto expires_at = parse_rfc3339(*input.expires_at);
        if (expires_at) row.expires_at = *expires_at;
        if (!expires_at || *expires_at <= row.created_at)
            problems.push_back(problem_at("/expiresAt", "expires_at",
                                          "it expires at a time in the future, such as "
                                          "2030-01-31T12:00:00Z",
                                          "Leave it out for a token that does not expire."));
    }
    if (!problems.empty()) {
        return refuse_document(std::move(problems));
    }
    row.id = TokenId{parts_.ids.next()};
    row.user = caller.user;
    row.name = input.name;
    row.role = to_string(*role);
    return row;
}

std::vector<store::TokenRow> ApiTokens::visible(const Caller& caller) const {
    auto tokens = parts_.book.tokens();
    if (!caller.may(Role::owner))
        std::erase_if(tokens, [&](const auto& token) { return token.user != caller.user; });
    std::ranges::reverse(tokens);
    return tokens;
}

namespace {

void append_token(std::string& out, const AccountBook& book, const store::TokenRow& row,
                  const std::string& token) {
    ObjectWriter object(out);
    object.text("id", to_string(row.id));
    object.text("name", row.name);
    object.text("role", row.role);
    const auto user = row.user ? book.user(*row.user) : std::nullopt;
    object.text_or_null("createdBy", user ? user->email : "");
    object.time("createdAt", row.created_at);
    object.time("expiresAt", row.expires_at);
    object.time("lastUsedAt", row.last_used_at);
    if (!token.empty()) object.text("token", token);
    object.end();
}

}  // namespace

Answer<std::string> ApiTokens::list(const Caller& caller, const std::string& cursor,
                                    std::size_t limit) const {
    return account_page(visible(caller), cursor, limit,
                        [&](std::string& out, const store::TokenRow& row) {
                            append_token(out, parts_.book, row, "");
                        });
}

Answer<std::string> ApiTokens::create(const Caller& caller, const TokenInput& input) {
    auto row = row_of(caller, input);
    if (!row) return std::unexpected(row.error());
    const std::string token = make_api_token();
    row->secret_hash = secret_hash(token);
    store::AccountChange change;
    change.put_tokens.push_back(*row);
    change.audit.push_back(account_audit(
        "TOKEN_CREATED", caller.name, row->created_at,
        json::object{{"tokenId", to_string(row->id)}, {"name", row->name}, {"role", row->role}}));
    const auto lock = parts_.book.begin_change();
    std::size_t good = 0;
    for (const store::TokenRow& known : parts_.book.tokens()) {
        if (is_good(known, row->created_at))
            ++good;
        else
            change.delete_tokens.push_back(known.id);
    }
    if (good >= limits::api_tokens)
        return refuse(ErrorCode::conflict,
                      fmt::format("there is room for {} tokens; revoke some that nobody uses",
                                  limits::api_tokens));
    if (row->user && !parts_.book.user(*row->user))
        return refuse(ErrorCode::unauthorized, "your account was deleted meanwhile");
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    std::string out;
    append_token(out, parts_.book, *row, token);
    return out;
}

Answer<void> ApiTokens::revoke(const Caller& caller, TokenId token) {
    const auto lock = parts_.book.begin_change();
    const auto tokens = visible(caller);
    const auto row = std::ranges::find(tokens, token, &store::TokenRow::id);
    if (row == tokens.end())
        return refuse(ErrorCode::not_found, "there is no token " + to_string(token));
    store::AccountChange change;
    change.delete_tokens = {token};
    change.audit.push_back(
        account_audit("TOKEN_REVOKED", caller.name, parts_.clock.now(),
                      json::object{{"tokenId", to_string(token)}, {"name", row->name}}));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    return {};
}

}  // namespace swiftgrid::control

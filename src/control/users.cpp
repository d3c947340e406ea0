#include "control/users.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/limits.h"
#include "control/account_audit.h"
#include "control/account_pages.h"
#include "control/credentials.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t made_password_bytes = 15;  // 20 characters

// What mail servers accept is known to them; this is about slips and about what would harm a log.
bool is_email(std::string_view email) {
    const std::size_t at = email.find('@');
    const auto is_bad = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    return email.size() <= limits::email_bytes && at != std::string_view::npos && at > 0 &&
           at + 1 < email.size() && email.find('@', at + 1) == std::string_view::npos &&
           std::ranges::none_of(email, is_bad);
}

std::vector<model::Problem> user_problems(const UserInput& input) {
    std::vector<model::Problem> problems;
    if (!is_email(input.email))
        problems.push_back(problem_at("/email", "email",
                                      "an address such as mia@example.com is expected",
                                      "Correct the address."));
    if (input.role && !parse_role(*input.role))
        problems.push_back(problem_at("/role", "role",
                                      "the role is 'owner', 'editor', 'operator' or 'viewer'",
                                      "Choose one of them."));
    if (input.password)
        std::ranges::copy(password_problems(*input.password, input.email),
                          std::back_inserter(problems));
    return problems;
}

void append_user(std::string& out, const std::map<UserId, Instant>& last_uses,
                 const store::UserRow& row, const std::string& password) {
    std::optional<Instant> seen;
    if (const auto used = last_uses.find(row.id); used != last_uses.end()) seen = used->second;
    ObjectWriter object(out);
    object.text("id", to_string(row.id));
    object.text("email", row.email);
    object.text("role", row.role);
    object.time("createdAt", row.created_at);
    object.time("lastSeenAt", seen);
    if (!password.empty()) object.text("password", password);
    object.end();
}

std::unexpected<Refusal> no_such_user(UserId user) {
    return refuse(ErrorCode::not_found, "there is no account " + to_string(user));
}

}  // namespace

std::string normal_email(std::string_view email) {
    while (email.starts_with(' ')) email.remove_prefix(1);
    while (email.ends_with(' ')) email.remove_suffix(1);
    std::string out(email);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

Caller caller_of(const store::UserRow& user) {
    return {CallerKind::person, parse_role(user.role).value_or(Role::viewer), user.email, user.id,
            std::nullopt};
}

Answer<Users::SignedIn> Users::set_up(const std::string& email, const std::string& password,
                                      const SignInPlace& place) {
    const UserInput input{normal_email(email), "owner", password};
    if (auto problems = user_problems(input); !problems.empty())
        return refuse_document(std::move(problems));
    auto hash = hash_password(password);
    if (!hash) return refuse(hash.error());
    const auto lock = parts_.book.begin_change();
    if (parts_.book.has_users())
        return refuse(ErrorCode::conflict,
                      "this server has its first account already; sign in with it");
    const Instant now = parts_.clock.now();
    const store::UserRow user{UserId{parts_.ids.next()}, input.email, "owner",
                              *std::move(hash),          now,         now};
    store::AccountChange change;
    change.put_users.push_back(user);
    end_sessions_without_account(change);
    change.audit.push_back(account_audit(
        "USER_CREATED", user.email, now,
        json::object{{"userId", to_string(user.id)}, {"email", user.email}, {"role", user.role}}));
    return open_session(std::move(change), user, place);
}

// Requires begin_change(). Who has the token or the code of a server without accounts does not stay
// what nobody made them. With accounts there is none, but for who has the server's own token.
void Users::end_sessions_without_account(store::AccountChange& change) const {
    if (parts_.book.has_users()) return;
    for (const store::SessionRow& session : parts_.book.sessions(std::nullopt))
        change.delete_sessions.push_back(session.id);
}

// Requires begin_change().
Answer<Users::SignedIn> Users::open_session(store::AccountChange change,
                                            const std::optional<store::UserRow>& user,
                                            const SignInPlace& place) {
    SignedIn signed_in;
    if (user)
        signed_in.caller = caller_of(*user);
    else
        signed_in.caller = {CallerKind::server_token, Role::owner, std::string(server_token_name)};
    signed_in.session =
        parts_.sessions.add(change, user ? std::optional(user->id) : std::nullopt, place);
    signed_in.caller.session = change.put_sessions.back().id;
    change.audit.push_back(account_audit("LOGIN", signed_in.caller.name, parts_.clock.now(),
                                         json::object{{"address", place.address}}));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    return signed_in;
}

Answer<Users::SignedIn> Users::log_in(const std::string& email, const std::string& password,
                                      const SignInPlace& place) {
    const auto known = parts_.book.user_by_email(normal_email(email));
    const auto is_right = is_password(password, known ? known->password_hash : "");
    if (!is_right) return refuse(is_right.error());
    if (!*is_right) return refuse(ErrorCode::unauthorized, "address or password is wrong");
    const auto lock = parts_.book.begin_change();
    // What was checked must still hold: the password may have been changed meanwhile.
    const auto user = parts_.book.user(known->id);
    if (!user || user->password_hash != known->password_hash)
        return refuse(ErrorCode::unauthorized, "address or password is wrong");
    return open_session({}, user, place);
}

Answer<Users::SignedIn> Users::log_in_without_account(Shown shown, const SignInPlace& place) {
    const auto lock = parts_.book.begin_change();
    // The first account may have been made since the code was looked at.
    if (shown == Shown::one_time_code && parts_.book.has_users())
        return refuse(ErrorCode::unauthorized, "this server has accounts by now; sign in with one");
    return open_session({}, std::nullopt, place);
}

// Their number is bounded: attempts per account are.
void Users::note_failed_log_in(const std::string& email, const SignInPlace& place) {
    const auto user = parts_.book.user_by_email(normal_email(email));
    if (!user) return;
    store::AccountChange change;
    change.audit.push_back(account_audit("LOGIN_FAILED", user->email, parts_.clock.now(),
                                         json::object{{"address", place.address}}));
    const auto lock = parts_.book.begin_change();
    const auto done = parts_.book.change(change);
    static_cast<void>(done);  // the refusal is the same
}

Answer<std::string> Users::list(const std::string& cursor, std::size_t limit) const {
    auto users = parts_.book.users();
    std::ranges::reverse(users);
    const auto last_uses = parts_.book.last_uses();
    return account_page(users, cursor, limit, [&](std::string& out, const store::UserRow& row) {
        append_user(out, last_uses, row, "");
    });
}

Answer<std::string> Users::create(const Caller& caller, const UserInput& given) {
    UserInput input = given;
    input.email = normal_email(given.email);
    if (auto problems = user_problems(input); !problems.empty())
        return refuse_document(std::move(problems));
    const std::string made = input.password ? "" : random_text(made_password_bytes);
    auto hash = hash_password(input.password.value_or(made));
    if (!hash) return refuse(hash.error());
    const auto lock = parts_.book.begin_change();
    if (parts_.book.user_by_email(input.email))
        return refuse(ErrorCode::conflict, input.email + " has an account already");
    if (parts_.book.users().size() >= limits::users)
        return refuse(ErrorCode::conflict,
                      fmt::format("there is room for {} accounts", limits::users));
    const std::string role = input.role.value_or("viewer");
    if (!parts_.book.has_users() && role != "owner")
        return refuse(ErrorCode::conflict, "the first account must be an owner");
    const Instant now = parts_.clock.now();
    const store::UserRow user{UserId{parts_.ids.next()}, input.email, role,
                              *std::move(hash),          now,         now};
    store::AccountChange change;
    change.put_users.push_back(user);
    end_sessions_without_account(change);
    change.audit.push_back(account_audit(
        "USER_CREATED", caller.name, now,
        json::object{{"userId", to_string(user.id)}, {"email", user.email}, {"role", user.role}}));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    std::string out;
    append_user(out, {}, user, made);
    return out;
}

Answer<void> Users::check_owner_remains(const store::UserRow& user) const {
    if (user.role != "owner") return {};
    const auto users = parts_.book.users();
    const bool others = std::ranges::any_of(users, [&](const store::UserRow& other) {
        return other.role == "owner" && other.id != user.id;
    });
    if (others) return {};
    return refuse(ErrorCode::conflict,
                  user.email + " is the last owner; make somebody else an owner first");
}

Answer<std::string> Users::change(const Caller& caller, UserId id, const Change& wished) {
    const auto known = parts_.book.user(id);
    if (!known) return no_such_user(id);
    UserInput input{known->email, wished.role, wished.password};
    if (auto problems = user_problems(input); !problems.empty())
        return refuse_document(std::move(problems));
    std::string made;
    if (wished.makes_password) input.password = made = random_text(made_password_bytes);
    std::optional<std::string> hash;
    if (input.password) {
        auto done = hash_password(*input.password);
        if (!done) return refuse(done.error());
        hash = *std::move(done);
    }
    const auto lock = parts_.book.begin_change();
    auto user = parts_.book.user(id);
    if (!user) return no_such_user(id);
    if (wished.role && *wished.role != "owner") {
        if (auto remains = check_owner_remains(*user); !remains)
            return std::unexpected(remains.error());
    }
    store::AccountChange change;
    json::object metadata{{"userId", to_string(id)}, {"email", user->email}};
    if (wished.role && user->role != *wished.role) {
        metadata["role"] = *wished.role;
        user->role = *wished.role;
    }
    if (hash) {
        metadata["password"] = "new";
        user->password_hash = *hash;
        for (const store::SessionRow& session : parts_.book.sessions(id))
            change.delete_sessions.push_back(session.id);
    }
    user->updated_at = parts_.clock.now();
    change.put_users.push_back(*user);
    change.audit.push_back(account_audit("USER_CHANGED", caller.name, user->updated_at, metadata));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    std::string out;
    append_user(out, parts_.book.last_uses(), *user, made);
    return out;
}

Answer<void> Users::remove(const Caller& caller, UserId id) {
    const auto lock = parts_.book.begin_change();
    const auto user = parts_.book.user(id);
    if (!user) return no_such_user(id);
    if (auto remains = check_owner_remains(*user); !remains) return remains;
    store::AccountChange change;
    change.delete_users = {id};
    change.audit.push_back(
        account_audit("USER_DELETED", caller.name, parts_.clock.now(),
                      json::object{{"userId", to_string(id)}, {"email", user->email}}));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    return {};
}

Answer<void> Users::change_password(const Caller& caller, const std::string& present,
                                    const std::string& wished) {
    const auto known = caller.user ? parts_.book.user(*caller.user) : std::nullopt;
    if (!known)
        return refuse(ErrorCode::conflict,
                      "you are signed in without an account, which has no password");
    if (auto problems = password_problems(wished, known->email, "/newPassword"); !problems.empty())
        return refuse_document(std::move(problems));
    const auto is_right = is_password(present, known->password_hash);
    if (!is_right) return refuse(is_right.error());
    if (!*is_right) return refuse(ErrorCode::forbidden, "the present password is wrong");
    auto hash = hash_password(wished);
    if (!hash) return refuse(hash.error());
    const auto lock = parts_.book.begin_change();
    auto user = parts_.book.user(known->id);
    if (!user || user->password_hash != known->password_hash)
        return refuse(ErrorCode::conflict, "the account was changed meanwhile; try again");
    user->password_hash = *std::move(hash);
    user->updated_at = parts_.clock.now();
    store::AccountChange change;
    change.put_users.push_back(*user);
    for (const store::SessionRow& session : parts_.book.sessions(user->id)) {
        if (session.id != caller.session) change.delete_sessions.push_back(session.id);
    }
    change.audit.push_back(account_audit("PASSWORD_CHANGED", caller.name, user->updated_at,
                                         json::object{{"userId", to_string(user->id)}}));
    if (auto done = parts_.book.change(change); !done) return refuse(done.error());
    return {};
}

std::optional<UserId> Users::find(std::string_view email) const {
    const auto user = parts_.book.user_by_email(normal_email(email));
    if (!user) return std::nullopt;
    return user->id;
}

}  // namespace swiftgrid::control

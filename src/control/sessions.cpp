#include "control/sessions.h"

#include "base/limits.h"
#include "control/account_audit.h"
#include "control/credentials.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t secret_bytes = 32;
constexpr std::int64_t session_seconds = limits::session_days * 24 * 60 * 60;

// A cut through a character would be no text any more.
std::string shortened(const std::string& text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    std::size_t end = bytes;
    while (end > 0 && (static_cast<unsigned>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace

OpenedSession Sessions::add(store::AccountChange& change, const std::optional<UserId>& user,
                            const SignInPlace& place) {
    const auto others = parts_.book.sessions(user);
    if (others.size() >= limits::sessions_per_person)
        change.delete_sessions.push_back(others.front().id);
    OpenedSession opened{random_text(secret_bytes), session_seconds};
    const Instant now = parts_.clock.now();
    store::SessionRow row;
    row.id = SessionId{parts_.ids.next()};
    row.secret_hash = secret_hash(opened.cookie);
    row.user = user;
    if (!user) row.server_token_id = parts_.server_token_id;
    row.created_at = now;
    row.expires_at = now + Duration{session_seconds * 1000};
    row.last_used_at = now;
    row.address = place.address;
    row.user_agent = shortened(place.user_agent, limits::user_agent_bytes);
    change.put_sessions.push_back(std::move(row));
    return opened;
}

std::string Sessions::list(const Caller& caller) const {
    const auto sessions = parts_.book.sessions(caller.user);
    std::string out = R"({"items":[)";
    for (auto session = sessions.rbegin(); session != sessions.rend(); ++session) {
        if (out.back() != '[') out += ',';
        ObjectWriter object(out);
        object.text("id", to_string(session->id));
        object.time("createdAt", session->created_at);
        object.time("lastUsedAt", session->last_used_at);
        object.time("expiresAt", session->expires_at);
        object.text("address", session->address);
        object.text("userAgent", session->user_agent);
        object.boolean("current", caller.session == session->id);
        object.end();
    }
    return out + "]}";
}

Answer<void> Sessions::end(const Caller& caller, SessionId session) {
    for (const store::SessionRow& row : parts_.book.sessions(caller.user)) {
        if (row.id == session) return end_all(caller, {session}, "SESSION_ENDED");
    }
    return refuse(ErrorCode::not_found, "you have no session " + to_string(session));
}

Answer<void> Sessions::end_others(const Caller& caller) {
    std::vector<SessionId> others;
    for (const store::SessionRow& row : parts_.book.sessions(caller.user)) {
        if (row.id != caller.session) others.push_back(row.id);
    }
    if (others.empty()) return {};
    return end_all(caller, std::move(others), "SESSION_ENDED");
}

Answer<void> Sessions::log_out(const Caller& caller) {
    if (!caller.session) return {};
    return end_all(caller, {*caller.session}, "LOGOUT");
}

Answer<void> Sessions::end_all(const Caller& caller, std::vector<SessionId> sessions,
                               std::string_view action) {
    store::AccountChange change;
    change.audit.push_back(
        account_audit(action, caller.name, parts_.clock.now(),
                      json::object{{"sessions", static_cast<std::int64_t>(sessions.size())}}));
    change.delete_sessions = std::move(sessions);
    const auto lock = parts_.book.begin_change();
    auto done = parts_.book.change(change);
    if (!done) return refuse(done.error());
    return {};
}

}  // namespace swiftgrid::control

#include "control/access.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>

#include <fcntl.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/base64.h"
#include "control/credentials.h"
#include "control/users.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t token_characters_min = 16;
constexpr std::int64_t code_milliseconds = 24LL * 60 * 60 * 1000;
constexpr std::size_t code_bytes = 24;

Result<std::string> read_token(const std::string& path) {
    std::ifstream file(path);
    std::string token;
    if (!file || !std::getline(file, token) || token.size() < token_characters_min)
        return fail(ErrorCode::storage_error, "cannot read a token from " + path +
                                                  "; delete the file to have a new one made");
    return token;
}

}  // namespace

Access::Access(std::string server_token, AccountBook& book)
    : server_token_(std::move(server_token)), book_(book) {
    SG_ASSERT(server_token_.size() >= token_characters_min, "a token is long enough to be secret");
}

bool Access::is_server_token(std::string_view presented) const {
    return is_equal_secret(presented, server_token_);
}

std::optional<Caller> Access::caller_of_token(std::string_view presented, Instant now) const {
    if (is_server_token(presented))
        return Caller{CallerKind::server_token, Role::owner, std::string(server_token_name)};
    if (!is_api_token(presented)) return std::nullopt;
    const auto token = book_.use_token(presented, now);
    if (!token) return std::nullopt;
    Role role = parse_role(token->role).value_or(Role::viewer);
    if (token->user) {
        const auto user = book_.user(*token->user);
        if (!user) return std::nullopt;
        role = std::min(role, parse_role(user->role).value_or(Role::viewer));
    }
    return Caller{CallerKind::api_token, role, "token " + token->name, token->user};
}

std::optional<Caller> Access::caller_of_session(std::string_view cookie, Instant now) const {
    const auto session = book_.use_session(cookie, now);
    if (!session) return std::nullopt;
    Caller caller{CallerKind::server_token, Role::owner, std::string(server_token_name)};
    if (session->user) {
        const auto user = book_.user(*session->user);
        if (!user) return std::nullopt;
        caller = caller_of(*user);
    }
    caller.session = session->id;
    return caller;
}

std::string Access::make_sign_in_code(Instant now) {
    const std::lock_guard lock(mutex_);
    code_ = random_text(code_bytes);
    code_expires_at_ = now + Duration{code_milliseconds};
    return code_;
}

// Requires the lock.
bool Access::is_code(std::string_view code, Instant now) const {
    return !code_.empty() && now <= code_expires_at_ && !book_.has_users() &&
           is_equal_secret(code, code_);
}

bool Access::is_sign_in_code(std::string_view code, Instant now) const {
    const std::lock_guard lock(mutex_);
    return is_code(code, now);
}

bool Access::use_sign_in_code(std::string_view code, Instant now) {
    const std::lock_guard lock(mutex_);
    if (!is_code(code, now)) return false;
    code_.clear();
    return true;
}

std::string server_token_id(std::string_view token) {
    constexpr std::size_t id_bytes = 12;
    const store::SecretHash hash = secret_hash("swiftgrid server token v1 " + std::string(token));
    return to_base64(std::span(hash).first(id_bytes), Base64::url);
}

Result<ServerToken> server_token(const std::string& data_dir, const char* environment_value) {
    if (environment_value && *environment_value) {
        if (std::strlen(environment_value) < token_characters_min)
            return fail(ErrorCode::bad_request,
                        "SWIFTGRID_API_TOKEN must have at least 16 characters");
        return ServerToken{environment_value, true, false};
    }
    const std::string path = data_dir + "/api-token";
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        auto token = read_token(path);
        if (!token) return std::unexpected(token.error());
        return ServerToken{std::move(*token), false, false};
    }
    if (fd < 0)
        return fail(ErrorCode::storage_error,
                    "cannot create " + path + ": " + std::strerror(errno));
    const std::string token = "sg_" + random_text(32);
    const std::string line = token + "\n";
    const bool written =
        ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fsync(fd) == 0;
    ::close(fd);
    if (!written)
        return fail(ErrorCode::storage_error, "cannot write " + path + ": " + std::strerror(errno));
    return ServerToken{token, false, true};
}

}  // namespace swiftgrid::control

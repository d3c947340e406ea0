#include "control/access.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <sodium/core.h>
#include <sodium/crypto_auth.h>
#include <sodium/crypto_generichash.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/base64.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t token_characters_min = 16;
constexpr std::int64_t code_milliseconds = 24LL * 60 * 60 * 1000;

std::string random_text(std::size_t byte_count) {
    std::vector<std::uint8_t> bytes(byte_count);
    randombytes_buf(bytes.data(), bytes.size());
    return to_base64(bytes, Base64::url);
}

// Compares digests, so that neither content nor length of the secret shows in the time taken.
bool equal(std::string_view left, std::string_view right) {
    std::array<unsigned char, 32> a;
    std::array<unsigned char, 32> b;
    const auto digest = [](std::array<unsigned char, 32>& out, std::string_view text) {
        crypto_generichash(out.data(), out.size(),
                           reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                           nullptr, 0);
    };
    digest(a, left);
    digest(b, right);
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> read_token(const std::string& path) {
    std::ifstream file(path);
    std::string token;
    if (!file || !std::getline(file, token) || token.size() < token_characters_min)
        return fail(ErrorCode::storage_error, "cannot read a token from " + path +
                                                  "; delete the file to have a new one made");
    return token;
}

}  // namespace

Access::Access(std::string token) : token_(std::move(token)) {
    SG_ASSERT(token_.size() >= token_characters_min, "a token is long enough to be a secret");
}

bool Access::is_token(std::string_view presented) const { return equal(presented, token_); }

std::string Access::make_sign_in_code(Instant now) {
    const std::lock_guard lock(mutex_);
    code_ = random_text(24);
    code_expires_at_ = now + Duration{code_milliseconds};
    return code_;
}

bool Access::use_sign_in_code(std::string_view code, Instant now) {
    const std::lock_guard lock(mutex_);
    if (code_.empty() || now > code_expires_at_ || !equal(code, code_)) return false;
    code_.clear();
    return true;
}

std::string Access::make_session(Instant now) const {
    const std::int64_t expires = now.milliseconds_since_epoch / 1000 + session_seconds;
    const std::string text = std::to_string(expires) + "." + random_text(16);
    return text + "." + signature_of(text);
}

bool Access::is_session(std::string_view cookie, Instant now) const {
    const std::size_t end = cookie.rfind('.');
    if (end == std::string_view::npos || cookie.size() > 256) return false;
    const std::string_view text = cookie.substr(0, end);
    if (!equal(cookie.substr(end + 1), signature_of(text))) return false;
    std::int64_t expires = 0;
    std::from_chars(text.data(), text.data() + text.size(), expires);
    return now.milliseconds_since_epoch / 1000 < expires;
}

// HMAC-SHA-512-256 under a key derived from the token.
std::string Access::signature_of(std::string_view text) const {
    std::array<unsigned char, crypto_auth_KEYBYTES> key;
    constexpr std::string_view purpose = "swiftgrid session v1";
    crypto_generichash(key.data(), key.size(),
                       reinterpret_cast<const unsigned char*>(token_.data()), token_.size(),
                       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size());
    std::array<unsigned char, crypto_auth_BYTES> mac;
    crypto_auth(mac.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                key.data());
    std::array<char, 2 * crypto_auth_BYTES + 1> hex;
    sodium_bin2hex(hex.data(), hex.size(), mac.data(), mac.size());
    return hex.data();
}

Result<OwnerToken> owner_token(const std::string& data_dir, const char* environment_value) {
    if (environment_value && *environment_value) {
        if (std::strlen(environment_value) < token_characters_min)
            return fail(ErrorCode::bad_request,
                        "SWIFTGRID_API_TOKEN must have at least 16 characters");
        return OwnerToken{environment_value, true, false};
    }
    const std::string path = data_dir + "/api-token";
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        auto token = read_token(path);
        if (!token) return std::unexpected(token.error());
        return OwnerToken{std::move(*token), false, false};
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
    return OwnerToken{token, false, true};
}

}  // namespace swiftgrid::control

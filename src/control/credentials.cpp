#include "control/credentials.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <sodium/crypto_generichash.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include "base/base64.h"
#include "base/characters.h"
#include "base/limits.h"
#include "control/answer.h"
#include "store/checksum.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view token_prefix = "sg_live_";
constexpr std::size_t token_digits = 43;  // 62^43 > 2^256
constexpr std::size_t check_digits = 6;   // 62^6 > 2^32
constexpr std::string_view digits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

std::string check_of(std::string_view text) {
    std::uint32_t sum = store::crc32c(text);
    std::string out(check_digits, '0');
    for (char& digit : out) {
        digit = digits[sum % digits.size()];
        sum /= digits.size();
    }
    return out;
}

std::unexpected<Error> no_memory() {
    return fail(ErrorCode::overloaded, "there is no memory to check passwords; try again");
}

}  // namespace

std::string random_text(std::size_t bytes) {
    std::vector<std::uint8_t> random(bytes);
    randombytes_buf(random.data(), random.size());
    return to_base64(random, Base64::url);
}

store::SecretHash secret_hash(std::string_view secret) {
    store::SecretHash hash{};
    crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                       nullptr, 0);
    return hash;
}

// Compares hashes, so that neither content nor length of the secret shows in the time taken.
bool is_equal_secret(std::string_view left, std::string_view right) {
    const store::SecretHash a = secret_hash(left);
    const store::SecretHash b = secret_hash(right);
    return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string make_api_token() {
    std::string token(token_prefix);
    for (std::size_t i = 0; i < token_digits; ++i)
        token += digits[randombytes_uniform(static_cast<std::uint32_t>(digits.size()))];
    return token + check_of(token);
}

bool is_api_token(std::string_view text) {
    constexpr std::size_t size = token_prefix.size() + token_digits + check_digits;
    if (text.size() != size || !text.starts_with(token_prefix)) return false;
    return check_of(text.substr(0, size - check_digits)) == text.substr(size - check_digits);
}

std::vector<model::Problem> password_problems(std::string_view password, std::string_view email,
                                              std::string_view pointer) {
    const auto problem = [&](std::string code, std::string detail, std::string mend) {
        return problem_at(std::string(pointer), std::move(code), std::move(detail),
                          std::move(mend));
    };
    std::vector<model::Problem> problems;
    if (character_count(password) < limits::password_characters_min)
        problems.push_back(problem(
            "password_too_short",
            fmt::format("a password has at least {} characters", limits::password_characters_min),
            "Take several words, or let a password manager make one."));
    if (password.size() > limits::password_bytes)
        problems.push_back(problem("password_too_long",
                                   fmt::format("a password has at most {} bytes, this one has {}",
                                               limits::password_bytes, password.size()),
                                   "Take a shorter one."));
    const bool is_one_character =
        std::ranges::all_of(password, [&](char c) { return c == password.front(); });
    if (!password.empty() && (password == email || is_one_character))
        problems.push_back(problem("password_too_simple",
                                   "the first to guess would guess this password",
                                   "Take several words, or let a password manager make one."));
    return problems;
}

Result<std::string> hash_password(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                          limits::password_hash_passes, limits::password_hash_bytes) != 0)
        return no_memory();
    return std::string(hash.data());
}

Result<bool> is_password(std::string_view password, const std::string& hash) {
    if (hash.empty() || password.size() > limits::password_bytes) {
        const auto effort = hash_password(password.substr(0, limits::password_bytes));
        if (!effort) return std::unexpected(effort.error());
        return false;
    }
    errno = 0;
    if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0) return true;
    if (errno == ENOMEM) return no_memory();
    return false;
}

}  // namespace swiftgrid::control

#pragma once

// What lets somebody in: random secrets of sessions and tokens, of which only hashes are kept, and
// passwords. Comparisons take constant time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/problem.h"
#include "store/accounts.h"

namespace swiftgrid::control {

// So many random bytes as base64url.
std::string random_text(std::size_t bytes);

store::SecretHash secret_hash(std::string_view secret);

bool is_equal_secret(std::string_view left, std::string_view right);

// "sg_live_", 43 digits of base 62, and 6 that check them, so that a token which was cut or
// mistyped, or was never one, is known as that.
std::string make_api_token();
bool is_api_token(std::string_view text);

// What is wrong with a password as such; it may hold any characters. `pointer` says where it came
// from.
std::vector<model::Problem> password_problems(std::string_view password, std::string_view email,
                                              std::string_view pointer = "/password");

// Argon2id. Takes a tenth of a second and limits::password_hash_bytes.
Result<std::string> hash_password(std::string_view password);

// The same effort for every password and for an account that does not exist (`hash` is empty).
// `overloaded` when there is no memory for it: that says nothing about the password.
Result<bool> is_password(std::string_view password, const std::string& hash);

}  // namespace swiftgrid::control

#pragma once

// The limits of accounts, beside base/limits.h.

#include <cstddef>
#include <cstdint>

#include "base/limits.h"

namespace swiftgrid::limits {

// Accounts: who may sign in, and how often somebody may try.
constexpr std::size_t users = 1'000;
constexpr std::size_t api_tokens = 1'000;
// The oldest of a person gives way to a new one.
constexpr std::size_t sessions_per_person = 50;
constexpr std::int64_t session_days = 30;
// Without any use of it.
constexpr std::int64_t session_idle_days = 7;
constexpr std::size_t email_bytes = 254;
constexpr std::size_t token_name_characters = 100;
constexpr std::size_t password_characters_min = 12;
constexpr std::size_t password_bytes = 1'024;
// What a browser calls itself is kept with a session up to here.
constexpr std::size_t user_agent_bytes = 300;
// Nothing that signs in is longer, and it is read before we know who sends it.
constexpr std::size_t sign_in_body_bytes = 16 * 1024;
// Argon2id of one password: a tenth of a second, and the memory of every thread that does it.
constexpr std::size_t password_hash_bytes = 64 * mebibyte;
constexpr std::uint64_t password_hash_passes = 2;
constexpr std::size_t password_hashes = 2;
// Sign-ins that wait for one of them; beyond it the answer is 503.
constexpr std::size_t sign_ins_waiting = 32;
// Attempts to sign in that fail: so many at once, then one in so long. An address stands for
// everybody behind it.
constexpr std::size_t sign_in_attempts_per_account = 10;
constexpr std::int64_t sign_in_attempt_per_account_ms = 60'000;
constexpr std::size_t sign_in_attempts_per_address = 30;
constexpr std::int64_t sign_in_attempt_per_address_ms = 10'000;
// Accounts and addresses whose attempts are remembered, about 100 bytes each.
constexpr std::size_t sign_in_subjects = 20'000;
// How often the last uses of sessions and tokens are written down.
constexpr std::int64_t account_uses_ms = 60'000;

}  // namespace swiftgrid::limits

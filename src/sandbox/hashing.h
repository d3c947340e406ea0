#pragma once

// SHA digests and HMAC by OpenSSL. Workers may not open files, which OpenSSL does when an algorithm
// is first asked for: prepare_hashing() does that before.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swiftgrid::sandbox {

enum class HashAlgorithm : std::uint8_t { sha1, sha256, sha384, sha512 };

// "SHA-256", as the Web Cryptography API spells it, or "SHA256"; in capitals.
std::optional<HashAlgorithm> parse_hash_algorithm(std::string_view name);

Result<void> prepare_hashing();

std::vector<std::uint8_t> hash_of(HashAlgorithm algorithm, std::span<const std::uint8_t> bytes);
std::vector<std::uint8_t> hmac_of(HashAlgorithm algorithm, std::span<const std::uint8_t> key,
                                  std::span<const std::uint8_t> bytes);

}  // namespace swiftgrid::sandbox

#pragma once

// The part of limits.h that is about secrets and variables.

#include <cstddef>

namespace swiftgrid::limits {

// Every value is looked for in everything that runs make, so that their number and size is memory
// and, a little, time: about a hundred bytes per byte of a secret.
constexpr std::size_t env_names = 1'000;
constexpr std::size_t env_name_characters = 128;
constexpr std::size_t env_value_bytes = 16 * 1024;
constexpr std::size_t env_values_bytes = 512 * 1024;
// A shorter one would be found everywhere.
constexpr std::size_t secret_characters_min = 6;
// Values that were replaced or deleted are looked for as well, as long as the process lives.
constexpr std::size_t retired_secrets = 1'000;

}  // namespace swiftgrid::limits

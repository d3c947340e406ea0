#pragma once

// CRC32C (Castagnoli), as in iSCSI and ext4: "123456789" gives 0xe3069283.

#include <cstdint>
#include <string_view>

namespace swiftgrid::store {

std::uint32_t crc32c(std::string_view bytes);

}  // namespace swiftgrid::store

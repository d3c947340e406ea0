#pragma once

// The server's own secret: 32 random bytes, from SWIFTGRID_SERVER_KEY or from the file `server.key`
// of the data folder, which is made at the first start. Every use has a key of its own, derived
// from it, so that no use can weaken another. Whoever has it can resume runs: it belongs into
// backups, and to nobody else.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swiftgrid::control {

class ServerKey {
public:
    using Bytes = std::array<std::uint8_t, 32>;

    explicit ServerKey(const Bytes& bytes) : bytes_(bytes) {}

    // A new one, for a server that keeps nothing.
    static ServerKey random();

    // The base64 text of a key.
    static Result<ServerKey> parse(std::string_view text);
    std::string to_text() const;

    // The key for one purpose, such as "swiftgrid resume token v1".
    Bytes derive(std::string_view purpose) const;

private:
    Bytes bytes_;
};

// Requires a data folder that exists and that nobody else uses. `environment_value` may be null or
// empty.
Result<ServerKey> load_server_key(const std::string& data_dir, const char* environment_value);

}  // namespace swiftgrid::control

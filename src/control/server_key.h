#pragma once

// The server's own secret: 32 random bytes. Every use has a key of its own, derived from it, so
// that no use can weaken another. Whoever has it can read secrets and resume runs: it belongs into
// backups, apart from those of the database, and to nobody else.

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

    // Names the key without telling anything of it.
    std::string id() const;

    // The key for one purpose, such as "swiftgrid resume token v1".
    Bytes derive(std::string_view purpose) const;

private:
    Bytes bytes_;
};

}  // namespace swiftgrid::control

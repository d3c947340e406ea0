#pragma once

// The keys of the server and what is sealed with them. The first key is in use; older ones only
// open what they once sealed, until all of it is sealed anew. A seal is XChaCha20-Poly1305 with the
// label as associated data, so that a value cannot be passed off under another name.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/server_key.h"

namespace swiftgrid::control {

struct Sealed {
    std::string key_id;
    std::string bytes;  // nonce, ciphertext, tag
};

class KeyRing {
public:
    // Requires at least one.
    explicit KeyRing(std::vector<ServerKey> keys);

    // Keys separated by commas or white space, the one in use first.
    static Result<KeyRing> parse(std::string_view text);
    // One a line.
    std::string to_text() const;

    const ServerKey& primary() const { return keys_.front(); }
    bool is_single() const { return keys_.size() == 1; }
    bool knows(std::string_view key_id) const;

    // With a new key in use, and with the one in use alone.
    KeyRing with_new_key() const;
    KeyRing without_old_keys() const { return KeyRing({primary()}); }

    Sealed seal(std::string_view label, std::string_view text) const;
    // `not_found`: no key of the ring has sealed it; `storage_error`: it was changed since.
    Result<std::string> open(std::string_view label, const Sealed& sealed) const;

private:
    const ServerKey* find(std::string_view key_id) const;

    std::vector<ServerKey> keys_;
};

}  // namespace swiftgrid::control

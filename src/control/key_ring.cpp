#include "control/key_ring.h"

#include <algorithm>

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/randombytes.h>

#include "base/assert.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view purpose = "swiftgrid secrets v1";
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_separator(char c) { return c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

KeyRing::KeyRing(std::vector<ServerKey> keys) : keys_(std::move(keys)) {
    SG_ASSERT(!keys_.empty(), "a ring has a key in use");
}

Result<KeyRing> KeyRing::parse(std::string_view text) {
    std::vector<ServerKey> keys;
    for (std::size_t begin = 0; begin < text.size();) {
        const char* end =
            std::find_if(text.data() + begin, text.data() + text.size(), is_separator);
        const auto length = static_cast<std::size_t>(end - text.data()) - begin;
        if (length > 0) {
            auto key = ServerKey::parse(text.substr(begin, length));
            if (!key) return std::unexpected(key.error());
            keys.push_back(*key);
        }
        begin += length + 1;
    }
    if (keys.empty()) return std::unexpected(ServerKey::parse("").error());
    return KeyRing(std::move(keys));
}

std::string KeyRing::to_text() const {
    std::string text;
    for (const ServerKey& key : keys_) text += key.to_text() + "\n";
    return text;
}

bool KeyRing::knows(std::string_view key_id) const { return find(key_id) != nullptr; }

const ServerKey* KeyRing::find(std::string_view key_id) const {
    const auto found = std::ranges::find(keys_, key_id, &ServerKey::id);
    return found == keys_.end() ? nullptr : &*found;
}

KeyRing KeyRing::with_new_key() const {
    std::vector<ServerKey> keys{ServerKey::random()};
    keys.insert(keys.end(), keys_.begin(), keys_.end());
    return KeyRing(std::move(keys));
}

Sealed KeyRing::seal(std::string_view label, std::string_view text) const {
    const ServerKey::Bytes key = primary().derive(purpose);
    std::string bytes(nonce_bytes + text.size() + tag_bytes, '\0');
    auto* const out = reinterpret_cast<unsigned char*>(bytes.data());
    randombytes_buf(out, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + nonce_bytes, nullptr, bytes_of(text),
                                               text.size(), bytes_of(label), label.size(), nullptr,
                                               out, key.data());
    return {primary().id(), std::move(bytes)};
}

Result<std::string> KeyRing::open(std::string_view label, const Sealed& sealed) const {
    const ServerKey* owner = find(sealed.key_id);
    if (owner == nullptr)
        return fail(ErrorCode::not_found, "it was sealed with the key " + sealed.key_id +
                                              ", and the key at hand is " + primary().id());
    const ServerKey::Bytes key = owner->derive(purpose);
    const std::string_view bytes = sealed.bytes;
    const bool is_whole = bytes.size() >= nonce_bytes + tag_bytes;
    std::string text(is_whole ? bytes.size() - nonce_bytes - tag_bytes : 0, '\0');
    const bool is_opened =
        is_whole && crypto_aead_xchacha20poly1305_ietf_decrypt(
                        reinterpret_cast<unsigned char*>(text.data()), nullptr, nullptr,
                        bytes_of(bytes) + nonce_bytes, bytes.size() - nonce_bytes, bytes_of(label),
                        label.size(), bytes_of(bytes), key.data()) == 0;
    if (!is_opened)
        return fail(ErrorCode::storage_error,
                    "it is not what was sealed: the database was damaged or changed");
    return text;
}

}  // namespace swiftgrid::control

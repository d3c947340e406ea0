#include "control/server_key.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/randombytes.h>
#include <sodium/utils.h>

#include "base/base64.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view id_purpose = "swiftgrid key id v1";

}  // namespace

ServerKey ServerKey::random() {
    Bytes bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return ServerKey(bytes);
}

Result<ServerKey> ServerKey::parse(std::string_view text) {
    Bytes bytes;
    if (!from_base64(text, bytes, Base64::standard))
        return fail(ErrorCode::bad_request, "a server key is the base64 text of 32 bytes");
    return ServerKey(bytes);
}

std::string ServerKey::to_text() const { return to_base64(bytes_, Base64::standard); }

std::string ServerKey::id() const {
    constexpr std::size_t bytes = 8;
    const Bytes derived = derive(id_purpose);
    std::string text(2 * bytes + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), derived.data(), bytes);
    text.pop_back();  // the terminating zero
    return text;
}

ServerKey::Bytes ServerKey::derive(std::string_view purpose) const {
    static_assert(crypto_auth_hmacsha256_BYTES == std::tuple_size_v<Bytes> &&
                  crypto_auth_hmacsha256_KEYBYTES == std::tuple_size_v<Bytes>);
    Bytes derived;
    crypto_auth_hmacsha256(derived.data(), reinterpret_cast<const unsigned char*>(purpose.data()),
                           purpose.size(), bytes_.data());
    return derived;
}

}  // namespace swiftgrid::control

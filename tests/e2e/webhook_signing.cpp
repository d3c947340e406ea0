#include "webhook_signing.h"

#include <chrono>
#include <stdexcept>

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/utils.h>

namespace swiftgrid::e2e {
namespace {

std::string mac_of(const std::string& key, const std::string& text) {
    crypto_auth_hmacsha256_state state;
    std::string mac(crypto_auth_hmacsha256_BYTES, '\0');
    const auto bytes = [](const std::string& of) {
        return reinterpret_cast<const unsigned char*>(of.data());
    };
    crypto_auth_hmacsha256_init(&state, bytes(key), key.size());
    crypto_auth_hmacsha256_update(&state, bytes(text), text.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(mac.data()));
    return mac;
}

std::string hex(const std::string& bytes) {
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                   bytes.size());
    text.pop_back();
    return text;
}

std::string base64(const std::string& bytes) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(),
                      reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), variant);
    text.pop_back();
    return text;
}

std::string key_of(const std::string& secret) {
    const std::string text = secret.substr(std::string("whsec_").size());
    std::string key(text.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), text.data(),
                          text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        throw std::runtime_error("no secret of Standard Webhooks: " + secret);
    key.resize(size);
    return key;
}

}  // namespace

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::vector<std::string> standard_headers(const std::string& secret, const std::string& id,
                                          const std::string& body, std::int64_t seconds) {
    const std::string time = std::to_string(seconds);
    return {
        "webhook-id: " + id, "webhook-timestamp: " + time,
        "webhook-signature: v1," + base64(mac_of(key_of(secret), id + "." + time + "." + body))};
}

std::string github_header(const std::string& secret, const std::string& body) {
    return "X-Hub-Signature-256: sha256=" + hex(mac_of(secret, body));
}

std::string stripe_header(const std::string& secret, const std::string& body,
                          std::int64_t seconds) {
    const std::string time = std::to_string(seconds);
    return "Stripe-Signature: t=" + time + ",v1=" + hex(mac_of(secret, time + "." + body));
}

}  // namespace swiftgrid::e2e

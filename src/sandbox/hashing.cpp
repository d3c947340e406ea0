#include "sandbox/hashing.h"

#include <array>
#include <memory>
#include <utility>

#include <openssl/evp.h>

#include "base/assert.h"

namespace swiftgrid::sandbox {
namespace {

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

struct Algorithm {
    const char* name;
    std::size_t block_bytes;
};
constexpr std::array<Algorithm, 4> algorithms = {
    Algorithm{"SHA1", 64}, {"SHA256", 64}, {"SHA384", 128}, {"SHA512", 128}};

std::size_t index_of(HashAlgorithm algorithm) { return std::to_underlying(algorithm); }

// Fetched once and kept for the life of the process; OpenSSL shares them between threads.
const std::array<EVP_MD*, 4>& fetched() {
    static const std::array<EVP_MD*, 4> all = [] {
        std::array<EVP_MD*, 4> fetched{};
        for (std::size_t i = 0; i < algorithms.size(); ++i)
            fetched[i] = EVP_MD_fetch(nullptr, algorithms[i].name, nullptr);
        return fetched;
    }();
    return all;
}

using Parts = std::initializer_list<std::span<const std::uint8_t>>;

std::vector<std::uint8_t> hash_of_parts(HashAlgorithm algorithm, Parts parts) {
    const EVP_MD* const digest = fetched()[index_of(algorithm)];
    const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    std::vector<std::uint8_t> out(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    bool done = context && digest && EVP_DigestInit_ex2(context.get(), digest, nullptr) == 1;
    for (const auto part : parts)
        done = done && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    done = done && EVP_DigestFinal_ex(context.get(), out.data(), &size) == 1;
    SG_ASSERT(done, "digests are ready and cannot fail");
    out.resize(size);
    return out;
}

}  // namespace

std::optional<HashAlgorithm> parse_hash_algorithm(std::string_view name) {
    constexpr std::array<std::string_view, 4> names = {"SHA-1", "SHA-256", "SHA-384", "SHA-512"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (name == names[i] || name == algorithms[i].name) return static_cast<HashAlgorithm>(i);
    }
    return std::nullopt;
}

Result<void> prepare_hashing() {
    for (const EVP_MD* digest : fetched()) {
        if (digest == nullptr)
            return fail(ErrorCode::not_available, "OpenSSL here lacks a SHA algorithm");
    }
    // What the first use sets up.
    hash_of(HashAlgorithm::sha256, {});
    return {};
}

std::vector<std::uint8_t> hash_of(HashAlgorithm algorithm, std::span<const std::uint8_t> bytes) {
    return hash_of_parts(algorithm, {bytes});
}

// RFC 2104.
std::vector<std::uint8_t> hmac_of(HashAlgorithm algorithm, std::span<const std::uint8_t> key,
                                  std::span<const std::uint8_t> bytes) {
    const std::size_t block_bytes = algorithms[index_of(algorithm)].block_bytes;
    std::vector<std::uint8_t> block(key.begin(), key.end());
    if (block.size() > block_bytes) block = hash_of(algorithm, key);
    block.resize(block_bytes);
    std::vector<std::uint8_t> inner = block;
    std::vector<std::uint8_t> outer = block;
    for (std::uint8_t& byte : inner) byte ^= 0x36;
    for (std::uint8_t& byte : outer) byte ^= 0x5C;
    const auto hash = hash_of_parts(algorithm, {inner, bytes});
    return hash_of_parts(algorithm, {outer, hash});
}

}  // namespace swiftgrid::sandbox

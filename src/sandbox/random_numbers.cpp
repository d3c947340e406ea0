#include "sandbox/random_numbers.h"

#include <bit>

#include "sandbox/hashing.h"

namespace swiftgrid::sandbox {
namespace {

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    void round() {
        v0 += v1;
        v1 = std::rotl(v1, 13) ^ v0;
        v0 = std::rotl(v0, 32);
        v2 += v3;
        v3 = std::rotl(v3, 16) ^ v2;
        v0 += v3;
        v3 = std::rotl(v3, 21) ^ v0;
        v2 += v1;
        v1 = std::rotl(v1, 17) ^ v2;
        v2 = std::rotl(v2, 32);
    }

    void absorb(std::uint64_t word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }
};

}  // namespace

std::uint64_t siphash(const std::array<std::uint64_t, 2>& key, std::uint64_t word) {
    SipState state{0x736f6d6570736575ULL ^ key[0], 0x646f72616e646f6dULL ^ key[1],
                   0x6c7967656e657261ULL ^ key[0], 0x7465646279746573ULL ^ key[1]};
    state.absorb(word);
    state.absorb(std::uint64_t{sizeof word} << 56);
    state.v2 ^= 0xff;
    for (int i = 0; i < 4; ++i) state.round();
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

RandomState random_state_for(const std::array<std::uint64_t, 2>& key, std::uint64_t call_number) {
    RandomState state{};
    for (std::size_t i = 0; i < state.size(); ++i) {
        state[i] = siphash(key, call_number * state.size() + i);
    }
    state[0] |= 1;  // never all zero
    return state;
}

double next_random(RandomState& state) {
    const std::uint64_t result = std::rotl(state[1] * 5, 7) * 9;
    const std::uint64_t shifted = state[1] << 17;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = std::rotl(state[3], 45);
    return static_cast<double>(result >> 11) * 0x1.0p-53;
}

std::vector<std::uint8_t> random_bytes(const std::array<std::uint8_t, 32>& key,
                                       std::uint64_t& counter, std::size_t count) {
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < count) {
        const auto block_number = std::bit_cast<std::array<std::uint8_t, 8>>(counter++);
        const auto block = hmac_of(HashAlgorithm::sha256, key, block_number);
        bytes.insert(bytes.end(), block.begin(), block.end());
    }
    bytes.resize(count);
    return bytes;
}

}  // namespace swiftgrid::sandbox

#include "runtime/resume_tokens.h"

#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/crypto_hash_sha256.h>

#include "base/base64.h"

namespace swiftgrid::runtime {
namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

// Run and attempt have a fixed length and the node's id comes last, so no two inputs are alike.
std::string ResumeTokens::token(RunId run, std::string_view node_id, std::uint32_t attempt) const {
    const std::array<unsigned char, 4> number = {
        static_cast<unsigned char>(attempt >> 24U), static_cast<unsigned char>(attempt >> 16U),
        static_cast<unsigned char>(attempt >> 8U), static_cast<unsigned char>(attempt)};
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key_.data(), key_.size());
    crypto_auth_hmacsha256_update(&state, run.uuid.bytes.data(), run.uuid.bytes.size());
    crypto_auth_hmacsha256_update(&state, number.data(), number.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(node_id), node_id.size());
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac;
    crypto_auth_hmacsha256_final(&state, mac.data());
    return to_base64(mac, Base64::url);
}

std::string ResumeTokens::resume_url(RunId run, std::string_view node_id) const {
    return public_url_ + std::string(resume_path) + token(run, node_id);
}

std::vector<std::string> ResumeTokens::tokens_of(RunId run, const model::Plan& plan) const {
    std::vector<std::string> tokens;
    for (const model::PlanNode& node : plan.nodes)
        if (node.descriptor->awaits_signal) tokens.push_back(token(run, node.id));
    return tokens;
}

void ResumeTokens::append_rows(std::vector<store::ResumeToken>& rows, RunId run,
                               const model::Plan& plan) const {
    for (const model::PlanNode& node : plan.nodes)
        if (node.descriptor->awaits_signal)
            rows.push_back({hash_of(token(run, node.id)), run, node.id});
}

store::TokenHash ResumeTokens::hash_of(std::string_view token) {
    store::TokenHash hash;
    crypto_hash_sha256(hash.data(), bytes_of(token), token.size());
    return hash;
}

}  // namespace swiftgrid::runtime

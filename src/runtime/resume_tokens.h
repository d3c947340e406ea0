#pragma once

// The tokens of resume addresses. A token is an HMAC of run, node and attempt, so that the address
// can be handed out before the wait begins and nothing has to be remembered but a hash of it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/plan.h"
#include "store/batch.h"

namespace swiftgrid::runtime {

using TokenKey = std::array<std::uint8_t, 32>;

class ResumeTokens {
public:
    explicit ResumeTokens(const TokenKey& key) : key_(key) {}

    // What addresses begin with: scheme, host and base path, without a slash at the end. To be set
    // before the first run goes on.
    void set_public_url(std::string url) { public_url_ = std::move(url); }

    // 256 bits in base64url.
    static constexpr std::size_t characters = 43;
    std::string token(RunId run, std::string_view node_id, std::uint32_t attempt = 1) const;

    std::string resume_url(RunId run, std::string_view node_id) const;

    // Of every node of the plan that waits for a call.
    std::vector<std::string> tokens_of(RunId run, const model::Plan& plan) const;
    void append_rows(std::vector<store::ResumeToken>& rows, RunId run,
                     const model::Plan& plan) const;

    // What is stored of a token.
    static store::TokenHash hash_of(std::string_view token);

private:
    TokenKey key_;
    std::string public_url_;
};

// The path below the base path is this and the token.
constexpr std::string_view resume_path = "/api/hooks/resume/";

}  // namespace swiftgrid::runtime

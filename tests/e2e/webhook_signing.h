#pragma once

// Calls signed as senders sign them, written from their documentation, not with the server's code.

#include <cstdint>
#include <string>
#include <vector>

namespace swiftgrid::e2e {

std::int64_t seconds_now();

// Headers of Standard Webhooks, with the secret's decoded bytes as the key.
std::vector<std::string> standard_headers(const std::string& secret, const std::string& id,
                                          const std::string& body,
                                          std::int64_t seconds = seconds_now());

// "X-Hub-Signature-256: sha256=…"
std::string github_header(const std::string& secret, const std::string& body);

// "Stripe-Signature: t=…,v1=…"
std::string stripe_header(const std::string& secret, const std::string& body,
                          std::int64_t seconds = seconds_now());

}  // namespace swiftgrid::e2e

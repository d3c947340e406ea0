#pragma once

// Carries out llm-chat nodes with the server's HTTP client.

#include <memory>

#include "nodes/llm_chat/prices.h"
#include "nodes/perform.h"

namespace swiftgrid::net {
class HttpClient;
}

namespace swiftgrid::nodes::llm_chat {

// Requires that `client` outlives the performer.
std::unique_ptr<OutsidePerformer> make_performer(net::HttpClient& client, PriceTable prices);

}  // namespace swiftgrid::nodes::llm_chat

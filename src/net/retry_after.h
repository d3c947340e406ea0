#pragma once

// How long a server asks to be left alone (RFC 9110 section 10.2.3). Pure.

#include <cstdint>
#include <optional>

#include "base/instant.h"
#include "net/http_client.h"

namespace swiftgrid::net {

// Milliseconds from the headers `retry-after-ms` (what OpenAI's own client looks at first) and
// `Retry-After`, which gives seconds or a date; nothing without one that can be read. A date counts
// from the answer's own `Date`, so that the server's clock may be wrong; `now` is used when it has
// none.
std::optional<std::int64_t> retry_after_ms(const HttpResponse& response, Instant now);

}  // namespace swiftgrid::net

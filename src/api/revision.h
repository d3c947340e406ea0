#pragma once

// The revision that a change was made on: the header If-Match with the ETag that was read.

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/request.h"
#include "base/result.h"

namespace swiftgrid::api {

// Of `If-Match: "7"`; weak or foreign tags match nothing. `of_what` is for the message.
Result<std::int64_t> revision_of(const Request& request, std::string_view of_what);

// Where the header may be left out: nothing then.
Result<std::optional<std::int64_t>> revision_if_sent(const Request& request,
                                                     std::string_view of_what);

}  // namespace swiftgrid::api

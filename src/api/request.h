#pragma once

// One HTTP request as the route handlers see it: plain data, already read completely and within
// all limits. Knows nothing of the server behind it.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/caller.h"

namespace swiftgrid::api {

struct Header {
    std::string name;
    std::string value;

    bool operator==(const Header&) const = default;
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;  // "GET"
    std::string path;    // as sent, below the base path, without query: "/api/flows/a%2Fb"
    std::string route;   // the pattern that matched: "/api/flows/{flowId}"; "" for none
    Pairs parameters;    // of the pattern, decoded
    Pairs query;         // decoded, in order, repeated names repeated
    std::vector<Header> headers;
    std::string body;
    std::string remote_address;  // without port
    std::string id;              // also sent as X-Request-Id
    control::Caller caller;      // found by the gate

    // The first header of that name in any case.
    std::optional<std::string_view> header(std::string_view name) const;

    // Requires a name that is in the route's pattern.
    const std::string& parameter(std::string_view name) const;

    // The first query value of that name; `?x` is an empty value.
    std::optional<std::string_view> query_value(std::string_view name) const;

    std::optional<std::string_view> cookie(std::string_view name) const;
};

// Percent-decoding; nothing when an escape is broken or decodes to NUL. In queries and forms a plus
// is a blank.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

// "a=1&b=x%20y". Nothing when an escape is broken.
std::optional<Pairs> parse_pairs(std::string_view query);

}  // namespace swiftgrid::api

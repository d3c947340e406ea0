#pragma once

// Header fields of requests and answers, and what may be sent as one.

#include <string>
#include <string_view>
#include <vector>

namespace swiftgrid::net {

struct HttpHeader {
    std::string name;
    std::string value;

    bool operator==(const HttpHeader&) const = default;
};

// The value of the first header of that name in any case; null when there is none.
const std::string* find_header(const std::vector<HttpHeader>& headers, std::string_view name);

// RFC 9110: the name is a token, the value has no control characters (no CR, no LF, no NUL).
bool is_valid_header(const HttpHeader& header);

// The headers that frame the message (content-length, transfer-encoding, connection …) are ours:
// given ones are dropped, because a wrong one would let a body pass as a second request.
bool is_framing_header(std::string_view name);

// ASCII only, as in names of headers, hosts and media types.
std::string lower_case(std::string_view text);

// Without the blanks around it, and without the end of the line.
std::string_view trimmed(std::string_view text);

// RFC 9110: what a method or a header's name may be.
bool is_token(std::string_view text);

}  // namespace swiftgrid::net

#pragma once

// The parts of a multipart/form-data body (RFC 7578), as views of it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swiftgrid::api {

struct FormPart {
    std::string name;
    std::optional<std::string> file_name;  // nothing: an ordinary field
    std::string content_type;              // "" when it says none
    std::string_view content;
};

// The parameter of a header's value: "x" of `form-data; name="x"`. Quotes are taken off.
std::optional<std::string> header_parameter(std::string_view value, std::string_view name);

// `bad_request` says what is wrong. The views hold as long as `body`.
Result<std::vector<FormPart>> parse_multipart(std::string_view body, std::string_view content_type);

}  // namespace swiftgrid::api

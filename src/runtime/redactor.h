#pragma once

// Takes secrets out of what is stored or shown, by value: as they are, and as base64, base64url,
// percent-encoded and JSON-escaped text. The cost of a search does not grow with their number.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace swiftgrid::runtime {

class Redactor {
public:
    explicit Redactor(std::span<const std::string> secrets);

    // The text with limits::redacted_text in their place; nothing when it holds none.
    std::optional<std::string> redact(std::string_view text) const;

    void redact_in(std::string& text) const;
    void redact_in(JsonText& value) const;

private:
    std::string_view match_at(std::string_view text) const;

    std::vector<std::string> forms_;       // sorted by their first two bytes, long ones first
    std::vector<std::uint8_t> may_begin_;  // by two bytes: whether a form begins with them
    std::size_t shortest_ = 0;
};

}  // namespace swiftgrid::runtime

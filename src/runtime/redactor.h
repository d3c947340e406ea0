#pragma once

// Takes secrets out of what is stored or shown, by value: as they are, as base64 and base64url, and
// however they are escaped in URLs and JSON. The cost of a search does not grow with their number.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "runtime/pattern_set.h"

namespace swiftgrid::runtime {

class Redactor {
public:
    explicit Redactor(std::span<const std::string> secrets);

    // The text with limits::redacted_text in their place; nothing when it holds none.
    std::optional<std::string> redact(std::string_view text) const;

    void redact_in(std::string& text) const;
    // Also inside strings that hold JSON or URLs themselves; names of members and numbers count.
    void redact_in(JsonText& value) const;

    const PatternSet& patterns() const { return patterns_; }

private:
    std::optional<std::string> redact_tokens(std::string_view json) const;

    PatternSet patterns_;
};

}  // namespace swiftgrid::runtime

#pragma once

// A text that comes in pieces, without secrets in what goes on. Held back is only its end, and only
// as much of it as may still become a secret.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/redactor.h"
#include "runtime/text_scan.h"

namespace swiftgrid::runtime {

class RedactedStream {
public:
    explicit RedactedStream(std::shared_ptr<const Redactor> redactor)
        : redactor_(std::move(redactor)), scan_(redactor_->patterns()) {}

    // What may be shown now.
    std::string push(std::string_view piece) { return go_on(piece, false); }
    // The rest: the text is over.
    std::string finish() { return go_on({}, true); }

private:
    std::string go_on(std::string_view piece, bool is_last);

    std::shared_ptr<const Redactor> redactor_;  // owners: the vault, and whoever redacts with it
    TextScan scan_;
    std::string held_;
    std::size_t base_ = 0;  // where held_ begins in the whole text
    std::vector<Span> found_;
    std::size_t covered_until_ = 0;  // the end of the secret that was left out last
};

// The text with limits::redacted_text in place of what was found; what overlaps counts as one.
std::string masked(std::string_view text, std::vector<Span> found);

}  // namespace swiftgrid::runtime

#include "runtime/redacted_stream.h"

#include <algorithm>

#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

// The text from offset `base` to `until`. What begins before `until` is left out of `found` then;
// `covered_until` goes on from call to call.
struct Masking {
    std::string_view text;
    std::size_t base = 0;
    std::size_t until = 0;
};

std::string mask(const Masking& part, std::vector<Span>& found, std::size_t& covered_until) {
    std::ranges::sort(found, {}, &Span::begin);
    std::string out;
    std::size_t at = std::max(part.base, covered_until);
    auto span = found.begin();
    for (; span != found.end() && span->begin < part.until; ++span) {
        if (span->begin >= covered_until) {
            out += part.text.substr(at - part.base, span->begin - at);
            out += limits::redacted_text;
        }
        covered_until = std::max(covered_until, span->end);
        at = covered_until;
    }
    found.erase(found.begin(), span);
    if (at < part.until) out += part.text.substr(at - part.base, part.until - at);
    return out;
}

}  // namespace

std::string RedactedStream::go_on(std::string_view piece, bool is_last) {
    if (redactor_->patterns().empty()) return std::string(piece);
    held_ += piece;
    scan_.read(held_, base_, is_last, found_);
    const std::size_t until = is_last ? base_ + held_.size() : scan_.safe_until();
    std::string out = mask({held_, base_, until}, found_, covered_until_);
    held_.erase(0, until - base_);
    base_ = until;
    return out;
}

std::string masked(std::string_view text, std::vector<Span> found) {
    std::size_t covered_until = 0;
    return mask({text, 0, text.size()}, found, covered_until);
}

}  // namespace swiftgrid::runtime

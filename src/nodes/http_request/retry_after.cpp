#include "nodes/http_request/retry_after.h"

#include <algorithm>

#include "base/limits.h"
#include "net/http_date.h"

namespace swiftgrid::nodes::http_request {
namespace {

std::optional<std::int64_t> from_seconds(const std::string& text) {
    const bool is_number =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number) return std::nullopt;
    std::int64_t seconds = 0;
    for (const char digit : text)
        seconds = std::min(seconds * 10 + (digit - '0'), limits::retry_after_ms_max / 1'000);
    return seconds * 1'000;
}

}  // namespace

std::optional<std::int64_t> retry_after_ms(const net::HttpResponse& response, Instant now) {
    const std::string* asked = net::find_header(response.headers, "retry-after");
    if (!asked) return std::nullopt;
    if (const auto wait = from_seconds(*asked)) return wait;
    const auto until = net::parse_http_date(*asked);
    if (!until) return std::nullopt;
    const std::string* date = net::find_header(response.headers, "date");
    const Instant sent = date ? net::parse_http_date(*date).value_or(now) : now;
    return std::clamp<std::int64_t>((*until - sent).milliseconds, 0, limits::retry_after_ms_max);
}

}  // namespace swiftgrid::nodes::http_request

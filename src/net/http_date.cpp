#include "net/http_date.h"

#include <algorithm>
#include <string>

#include <curl/curl.h>

namespace swiftgrid::net {

std::optional<Instant> parse_http_date(std::string_view text) {
    // libcurl also takes a bare time or day for a date; a whole one has both.
    const bool has_day = std::ranges::any_of(
        text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
    if (!has_day || text.find(':') == std::string_view::npos) return std::nullopt;
    const time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
    if (seconds == -1) return std::nullopt;
    return Instant{static_cast<std::int64_t>(seconds) * 1'000};
}

}  // namespace swiftgrid::net

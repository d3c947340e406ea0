#include "nodes/data_fields.h"

#include <array>
#include <charconv>
#include <ranges>
#include <utility>

#include <fmt/format.h>

namespace swiftgrid::nodes {
namespace {

constexpr std::size_t shown_bytes_max = 60;

// Longer names first, as "ms" begins with "m".
constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> units = {{
    {"ms", 1},
    {"s", 1'000},
    {"m", 60'000},
    {"h", 3'600'000},
    {"d", 86'400'000},
    {"w", 604'800'000},
}};

}  // namespace

bool has_placeholder(std::string_view text) { return text.find("{{") != std::string_view::npos; }

std::optional<json::value> take(json::object& data, std::string_view name) {
    auto* member = data.if_contains(name);
    if (!member) return std::nullopt;
    json::value value = std::move(*member);
    data.stable_erase(name);
    return value;
}

json::object members_of(const json::object& data, std::initializer_list<std::string_view> names) {
    json::object out;
    for (const std::string_view name : names)
        if (const auto* member = data.if_contains(name)) out[name] = *member;
    return out;
}

std::optional<std::int64_t> parse_duration_text(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::int64_t total = 0;
    while (!text.empty()) {
        std::int64_t count = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
        if (parsed.ec != std::errc{} || count < 0) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        std::int64_t unit_ms = 0;
        for (const auto& [name, milliseconds] : units) {
            if (!text.starts_with(name)) continue;
            unit_ms = milliseconds;
            text.remove_prefix(name.size());
            break;
        }
        if (unit_ms == 0 || count > duration_ms_max / unit_ms) return std::nullopt;
        total += count * unit_ms;
        if (total > duration_ms_max) return std::nullopt;
    }
    return total;
}

std::string duration_text(std::int64_t milliseconds) {
    std::string out;
    for (const auto& [name, unit_ms] : units | std::views::reverse) {
        if (milliseconds < unit_ms || name == "w") continue;
        out += fmt::format("{}{}", milliseconds / unit_ms, name);
        milliseconds %= unit_ms;
    }
    return out.empty() ? "0ms" : out;
}

std::string found_value(const JsonText& value) {
    if (value.size_bytes() <= shown_bytes_max) return std::string(value.view());
    const std::string_view article =
        value.kind() == JsonKind::array || value.kind() == JsonKind::object ? "an" : "a";
    return fmt::format("{} {} of {} bytes", article, to_string(value.kind()), value.size_bytes());
}

void replace_duration_text(json::object& data, std::string_view text_name,
                           std::string_view number_name) {
    const auto* number = data.if_contains(number_name);
    const bool has_number = number && !number->is_null();
    const auto milliseconds = parse_duration_text(text_at(data, text_name));
    // Text that cannot be read stays, so that it is reported where it stands.
    if (!has_number && !milliseconds) return;
    if (!has_number) data[number_name] = *milliseconds;
    data.stable_erase(text_name);
}

}  // namespace swiftgrid::nodes

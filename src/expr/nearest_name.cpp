#include "expr/nearest_name.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace swiftgrid::expr {
namespace {

// Longer names are not typed by hand; comparing them would only cost time.
constexpr std::size_t name_bytes_max = 64;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Insertions, deletions and replacements, letter case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view wanted,
                                        std::span<const std::string> names) {
    if (wanted.size() > name_bytes_max) return std::nullopt;
    const std::size_t distance_max = std::max<std::size_t>(1, wanted.size() / 3);
    std::optional<std::string> nearest;
    std::size_t nearest_distance = distance_max + 1;
    for (const std::string& name : names) {
        if (name.size() > name_bytes_max || name.empty()) continue;
        // The difference in length alone takes that many insertions.
        const auto [shorter, longer] = std::minmax({wanted.size(), name.size()});
        if (longer - shorter >= nearest_distance) continue;
        // A distance that replaces every letter is no likeness.
        const std::size_t distance = edit_distance(wanted, name);
        if (distance >= nearest_distance || distance >= name.size()) continue;
        nearest_distance = distance;
        nearest = name;
    }
    return nearest;
}

}  // namespace swiftgrid::expr

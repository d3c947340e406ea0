#include "control/unreadable_secrets.h"

#include <algorithm>

#include <fmt/format.h>

namespace swiftgrid::control {
namespace {

constexpr const char* or_give_up =
    "; or give up what cannot be read with 'swiftgrid secrets delete --unreadable --data-dir DIR'";
constexpr const char* bring_further =
    "Bring the key back that they were sealed with, as a further line of server.key or behind a "
    "comma in SWIFTGRID_SERVER_KEY";
constexpr const char* bring_first =
    "Bring the key back that they were sealed with, as the file server.key of the data folder or "
    "in SWIFTGRID_SERVER_KEY";

// "" when it can be read.
std::string why_unreadable(const store::SecretRow& row, const KeyRing* keys) {
    if (keys == nullptr)
        return fmt::format("it was sealed with the key {}, and there is no key at hand",
                           row.key_id);
    const auto value = keys->open(secret_label(row), {row.key_id, row.sealed});
    return value ? "" : value.error().message;
}

}  // namespace

std::string secret_label(const store::SecretRow& row) { return row.kind + ":" + row.name; }

UnreadableSecrets find_unreadable(const std::vector<store::SecretRow>& rows, const KeyRing* keys) {
    UnreadableSecrets found;
    found.mend = std::string(keys == nullptr ? bring_first : bring_further) + or_give_up;
    for (const store::SecretRow& row : rows) {
        std::string why = why_unreadable(row, keys);
        if (why.empty()) continue;
        if (!found.exist()) found.why = std::move(why);
        found.names.push_back(row.name);
    }
    return found;
}

std::string UnreadableSecrets::in_words(std::size_t names_max) const {
    const std::size_t named = std::min(names.size(), names_max);
    return fmt::format(
        "cannot read {} of the secrets ({}{}): {}", names.size(),
        fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(named), ", "),
        names.size() > named ? ", …" : "", why);
}

}  // namespace swiftgrid::control

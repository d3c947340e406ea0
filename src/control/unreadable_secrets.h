#pragma once

// Secrets that the keys at hand do not open, as after a backup was restored without its key: which
// ones, and what to do. A start refuses them, and the doctor tells of them.

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/key_ring.h"
#include "store/catalog_types.h"

namespace swiftgrid::control {

// A value opens only as what it was sealed.
std::string secret_label(const store::SecretRow& row);

struct UnreadableSecrets {
    std::vector<std::string> names;
    std::string why;  // the first of them
    std::string mend;

    bool exist() const { return !names.empty(); }
    // "cannot read 2 of the secrets (KEY, LATER): it was sealed with ...", at most so many names.
    std::string in_words(std::size_t names_max) const;
};

// Those of `rows`, in their order. Null are no keys at all.
UnreadableSecrets find_unreadable(const std::vector<store::SecretRow>& rows, const KeyRing* keys);

}  // namespace swiftgrid::control

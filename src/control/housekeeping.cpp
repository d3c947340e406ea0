#include "control/housekeeping.h"

namespace swiftgrid::control {
namespace {

constexpr std::int64_t keys_per_commit = 5'000;  // a few milliseconds

}  // namespace

Result<bool> forget_old_keys(store::Catalog& catalog, Instant now) {
    auto forgotten = catalog.forget_old_keys(now, keys_per_commit);
    if (!forgotten) return std::unexpected(forgotten.error());
    return *forgotten == keys_per_commit;
}

}  // namespace swiftgrid::control

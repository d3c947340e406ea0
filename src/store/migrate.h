#pragma once

// Brings a database to the schema of this program: numbered migrations, each applied once and in a
// transaction, each remembered with the checksum of its text. A database that a newer program has
// migrated, or whose history is not ours, is refused untouched.

#include <span>
#include <string_view>

#include "base/result.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

struct Migration {
    // Ascending from 1. A number that is missing may come later, from work that was done beside:
    // then it is applied after those that follow it, so it must not build on them, nor they on it.
    int number = 0;
    std::string_view name;
    std::string_view sql;
};

// The files of schema/, in order.
std::span<const Migration> embedded_migrations();

Result<void> migrate(sqlite::Connection& connection,
                     std::span<const Migration> migrations = embedded_migrations());

}  // namespace swiftgrid::store

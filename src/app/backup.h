#pragma once

// `swiftgrid backup` and `swiftgrid restore`: everything a data folder's database holds as one
// file, and back.

#include "app/options.h"

namespace swiftgrid::app {

int run_backup(const BackupOptions& options);
int run_restore(const RestoreOptions& options);

}  // namespace swiftgrid::app

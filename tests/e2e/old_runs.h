#pragma once

// Finished runs of long ago, written into the data folder of a server that is not running: nobody
// can wait for them to grow old.

#include <cstdint>
#include <string>
#include <vector>

namespace swiftgrid::e2e {

struct OldRuns {
    std::string flow;  // its id
    int count = 0;
    int days = 0;  // ago
};

// Gives their ids, the oldest first. Throws when the folder cannot be written.
std::vector<std::string> write_old_runs(const std::string& data_dir, const OldRuns& runs);

// One number that a statement gives, of a folder that may be in use.
std::int64_t count_in(const std::string& data_dir, const std::string& sql);

}  // namespace swiftgrid::e2e

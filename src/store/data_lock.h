#pragma once

// One process owns a data folder: it holds a lock on <folder>/swiftgrid.lock, which the kernel lets
// go when the process ends, however it ends. The file holds the owner's process id for people.

#include <string>

#include "base/result.h"

namespace swiftgrid::store {

class DataLock {
public:
    // Makes the folder when it is not there. `conflict`, naming the owner, when it is taken.
    static Result<DataLock> acquire(const std::string& folder);

    DataLock(DataLock&& other) noexcept;
    DataLock& operator=(DataLock&& other) noexcept;
    ~DataLock();

private:
    explicit DataLock(int fd) : fd_(fd) {}

    int fd_ = -1;
};

}  // namespace swiftgrid::store

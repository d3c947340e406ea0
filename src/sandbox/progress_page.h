#pragma once

// One page of memory that a worker shares with the server: which call it is in, and which calls it
// need not begin any more. It costs a store instead of a message per call. The server takes what it
// reads as a hint about that worker's own calls and nothing else.

#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {

struct Progress {
    std::atomic<std::uint64_t> current{0};         // sequence of the call being run; 0: none
    std::atomic<std::uint64_t> withdrawn_from{0};  // calls of this sequence ...
    std::atomic<std::uint64_t> withdrawn_to{0};    // ... up to before this one are to be skipped
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share these");

class ProgressPage {
public:
    // A new page and, in `fd`, what another process maps it by. Its size is sealed: nobody can
    // shrink it under a reader.
    static Result<ProgressPage> create(UniqueFd& fd);
    static Result<ProgressPage> map(int fd);

    ProgressPage(ProgressPage&& other) noexcept;
    ProgressPage& operator=(ProgressPage&&) = delete;
    ~ProgressPage();

    Progress& operator*() const { return *progress_; }
    Progress* operator->() const { return progress_; }

private:
    explicit ProgressPage(Progress* progress) : progress_(progress) {}

    Progress* progress_ = nullptr;
};

}  // namespace swiftgrid::sandbox

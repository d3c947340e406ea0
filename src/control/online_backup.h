#pragma once

// A copy of a running server's own database, for `swiftgrid backup --server`. One at a time, on a
// thread of its own: it reads the whole database, which may take minutes.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "base/result.h"
#include "control/text_source.h"
#include "runtime/clock.h"
#include "store/catalog.h"

namespace swiftgrid::control {

class OnlineBackup {
public:
    struct Parts {
        std::string data_dir;
        store::Catalog& catalog;
        const runtime::Clock& clock;
    };

    // The bytes of the copy. They take room on the disk as long as they live.
    using Bytes = std::shared_ptr<TextSource>;
    using Done = std::function<void(Result<Bytes>)>;

    // Everything outlives this.
    explicit OnlineBackup(Parts parts);
    ~OnlineBackup() { end(); }

    OnlineBackup(const OnlineBackup&) = delete;
    OnlineBackup& operator=(const OnlineBackup&) = delete;

    // Any thread. `done` runs once, here or on another thread, when the copy is whole, checked and
    // in the audit log. `conflict` while another copy is made or its bytes are still there. A stop
    // that is asked of what this gives ends it early.
    std::stop_source begin(const std::string& actor, Done done);

    // Ends a copy under way, and takes no more.
    void end();

private:
    Result<Bytes> make(const std::string& actor, const std::stop_token& stop) const;

    const Parts parts_;
    const std::string file_;  // until it is opened
    // True from the beginning of a copy until its bytes are gone. Owners: this, and the bytes.
    const std::shared_ptr<std::atomic<bool>> is_taken_;
    std::atomic<bool> has_ended_ = false;
    std::mutex mutex_;
    std::stop_source stop_;  // of the copy under way
    std::thread thread_;
};

}  // namespace swiftgrid::control

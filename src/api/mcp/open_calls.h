#pragma once

// Calls of tools that wait for the end of their run: so many at the same time, and those of the
// older generation can be taken back by a message of their own. Thread-safe.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace swiftgrid::api {

// Who waits.
class OpenCall {
public:
    virtual ~OpenCall() = default;
    // The caller does not want the answer any more. Any thread.
    virtual void give_up() = 0;
};

class OpenCalls {
public:
    using Id = std::uint64_t;

    // Nothing when as many wait as may.
    std::optional<Id> enter(std::string key, std::weak_ptr<OpenCall> call);
    void leave(Id id);

    // There are no sessions, so two clients with one token at one address may have used the same
    // request id. Then nobody knows which is meant: nothing, unless there is exactly one.
    std::shared_ptr<OpenCall> only(const std::string& key) const;

private:
    struct Entry {
        std::string key;
        std::weak_ptr<OpenCall> call;
    };

    mutable std::mutex mutex_;
    std::map<Id, Entry> calls_;
    Id next_id_ = 1;
};

}  // namespace swiftgrid::api

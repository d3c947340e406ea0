#pragma once

// The service that the flows of the crash test call. It counts every attempt that reaches it, by
// idempotency key and by life of the server, and fails some first attempts so that they are
// retried.

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "http_sink.h"

namespace swiftgrid::e2e {

class CrashService {
public:
    std::string address() const { return sink_.address(); }

    // To be called while the server is dead: what it sent before belongs to the old life.
    void next_life();

    // False when so many more requests do not come in time.
    bool wait_for_more(std::size_t count);
    // Blocks while so many acknowledged runs have not come to their last node yet; false once the
    // service is closed.
    bool wait_for_room(std::size_t open_max);
    void acknowledge(const std::string& run);

    // The path that answers what a run asked; nothing once the service is closed.
    std::optional<std::string> next_question();
    void close();

    // The lives in which an attempt arrived, in order, by "<runId>:<nodeId>:<attempt>".
    using Arrivals = std::map<std::string, std::vector<std::size_t>>;
    Arrivals arrivals() const;

private:
    int take(const HttpSink::Request& request);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Arrivals arrivals_;
    std::vector<std::string> questions_;
    std::size_t life_ = 0;
    std::size_t requests_ = 0;
    std::set<std::string> open_;
    std::set<std::string> reported_;  // came to their last node
    bool closed_ = false;
    HttpSink sink_{[this](const HttpSink::Request& request) { return take(request); }};
};

}  // namespace swiftgrid::e2e

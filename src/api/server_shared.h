#pragma once

// What the sessions of one server share: the options, the router, the counters and the table of
// open sessions. Internal to server.cpp and session.cpp.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "api/router.h"
#include "api/server.h"

namespace swiftgrid::api {

class Session;

class ServerShared {
public:
    explicit ServerShared(ServerOptions given);

    const ServerOptions options;
    Router router;             // set before the first session
    bool is_loopback = false;  // set before the first session

    std::atomic<std::size_t> stream_count = 0;

    void add(const std::shared_ptr<Session>& session);
    void remove(Session* session);
    std::size_t session_count() const;
    std::vector<std::shared_ptr<Session>> sessions() const;

    // From now on every answer ends its connection; `on_empty` runs once, when no session is left.
    void begin_drain(std::function<void()> on_empty);
    bool is_draining() const { return is_draining_; }

    // Unique within this process and, with its random beginning, most likely beyond.
    std::string next_request_id();

    // May this server be addressed by that value of a Host header?
    bool accepts_host(std::string_view host) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<Session*, std::weak_ptr<Session>> sessions_;
    std::function<void()> on_empty_;
    std::atomic<bool> is_draining_ = false;
    std::string request_id_prefix_;
    std::atomic<std::uint64_t> requests_ = 0;
};

}  // namespace swiftgrid::api

#pragma once

// Calls something later, on a thread of the io_context. One system timer serves all: a call that is
// cancelled, as nearly every waiting request is when its run ends, costs a map entry and leaves
// nothing behind. Thread-safe.

#include <cstdint>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace swiftgrid::api {

class Timer {
public:
    using Id = std::uint64_t;

    // The io_context outlives the timer.
    explicit Timer(boost::asio::io_context& io);
    // Calls that are still waiting are dropped.
    ~Timer();

    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    // `call` runs once, unless it is cancelled or the io_context stops before.
    Id after(std::int64_t milliseconds, std::function<void()> call);

    // Drops the call and what it holds. Nothing happens when it ran already.
    void cancel(Id id);

private:
    class State;
    std::shared_ptr<State> state_;  // owners: this and the wait under way
};

}  // namespace swiftgrid::api

#pragma once

// Calls something later, on a thread of the io_context. Outlived by the io_context.

#include <cstdint>
#include <functional>

namespace boost::asio {
class io_context;
}

namespace swiftgrid::api {

class Timer {
public:
    explicit Timer(boost::asio::io_context& io) : io_(io) {}

    // `call` runs once, or never when the io_context stops before.
    void after(std::int64_t milliseconds, std::function<void()> call);

private:
    boost::asio::io_context& io_;
};

}  // namespace swiftgrid::api

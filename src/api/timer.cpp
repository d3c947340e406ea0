#include "api/timer.h"

#include <chrono>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace swiftgrid::api {

void Timer::after(std::int64_t milliseconds, std::function<void()> call) {
    auto timer =
        std::make_shared<boost::asio::steady_timer>(io_, std::chrono::milliseconds(milliseconds));
    // The handler owns the timer until it has run.
    timer->async_wait([timer, call = std::move(call)](const boost::system::error_code& error) {
        if (!error) call();
    });
}

}  // namespace swiftgrid::api

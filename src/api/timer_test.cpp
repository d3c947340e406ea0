#include "api/timer.h"

#include <string>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

namespace swiftgrid::api {
namespace {

TEST(Timer, CallsInTheOrderOfTime) {
    boost::asio::io_context io;
    Timer timer(io);
    std::string order;
    timer.after(20, [&] { order += 'b'; });
    timer.after(1, [&] { order += 'a'; });
    timer.after(40, [&] { order += 'c'; });
    io.run();
    EXPECT_EQ(order, "abc");
}

TEST(Timer, DropsACancelledCallAndWhatItHolds) {
    boost::asio::io_context io;
    Timer timer(io);
    auto held = std::make_shared<int>(1);
    const Timer::Id id = timer.after(1, [held] { FAIL() << "the call was cancelled"; });
    EXPECT_EQ(held.use_count(), 2);
    timer.cancel(id);
    EXPECT_EQ(held.use_count(), 1);
    timer.cancel(id);
    io.run();
}

TEST(Timer, StillCallsTheNextAfterTheFirstWasCancelled) {
    boost::asio::io_context io;
    Timer timer(io);
    int calls = 0;
    const Timer::Id first = timer.after(1, [&] { calls += 100; });
    timer.after(5, [&] { ++calls; });
    timer.cancel(first);
    io.run();
    EXPECT_EQ(calls, 1);
}

TEST(Timer, LetsACallAskForAnother) {
    boost::asio::io_context io;
    Timer timer(io);
    int calls = 0;
    timer.after(1, [&] { timer.after(1, [&] { ++calls; }); });
    io.run();
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace swiftgrid::api

#include "control/job_threads.h"

#include <future>
#include <thread>

#include <gtest/gtest.h>
#include <pthread.h>

#include "base/assert.h"

namespace swiftgrid::control {
namespace {

// No thread can be made while it lives: each would need a stack larger than the address space.
class NoThreadsLeft {
public:
    NoThreadsLeft() {
        SG_ASSERT(pthread_getattr_default_np(&before_) == 0, "threads have attributes");
        pthread_attr_t impossible;
        SG_ASSERT(pthread_attr_init(&impossible) == 0, "attributes can be made");
        SG_ASSERT(pthread_attr_setstacksize(&impossible, std::size_t{1} << 47U) == 0,
                  "a stack may be wished for, whatever its size");
        SG_ASSERT(pthread_setattr_default_np(&impossible) == 0, "and be that of every thread");
        pthread_attr_destroy(&impossible);
    }
    ~NoThreadsLeft() {
        pthread_setattr_default_np(&before_);
        pthread_attr_destroy(&before_);
    }
    NoThreadsLeft(const NoThreadsLeft&) = delete;
    NoThreadsLeft& operator=(const NoThreadsLeft&) = delete;

private:
    pthread_attr_t before_{};
};

void fail_if_called(const std::atomic<bool>&) { ADD_FAILURE() << "there was no place for it"; }

TEST(JobThreads, RefuseWhatIsTooMuchUntilSomethingHasEnded) {
    JobThreads jobs(1);
    std::promise<void> may_end;
    ASSERT_NE(jobs.begin([&](const std::atomic<bool>&) { may_end.get_future().wait(); }), nullptr);
    EXPECT_EQ(jobs.begin(fail_if_called), nullptr);
    may_end.set_value();
    while (!jobs.begin([](const std::atomic<bool>&) {})) std::this_thread::yield();
}

TEST(JobThreads, StopWhatIsUnderWayWhenAskedAndAtTheirEnd) {
    const auto until_stopped = [](const std::atomic<bool>& stopped) {
        while (!stopped) std::this_thread::yield();
    };
    JobThreads jobs(1);
    const auto stop = jobs.begin(until_stopped);
    ASSERT_NE(stop, nullptr);
    stop();
    while (!jobs.begin(until_stopped)) std::this_thread::yield();
}

TEST(JobThreads, KeepTheirPlacesWhenTheSystemHasNoThreadLeft) {
    JobThreads jobs(1);
    {
        const NoThreadsLeft none;
        EXPECT_EQ(jobs.begin(fail_if_called), nullptr);
    }
    std::promise<void> called;
    EXPECT_NE(jobs.begin([&](const std::atomic<bool>&) { called.set_value(); }), nullptr);
    called.get_future().get();
}

}  // namespace
}  // namespace swiftgrid::control

#pragma once

// A few threads for work that takes as long as people wait, each begun for one piece of it. Whoever
// asked may stop it, and so does the end of the server.

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

namespace swiftgrid::control {

class JobThreads {
public:
    explicit JobThreads(std::size_t jobs_max) : jobs_max_(jobs_max) {}
    // Stops what is under way and waits for it.
    ~JobThreads();

    JobThreads(const JobThreads&) = delete;
    JobThreads& operator=(const JobThreads&) = delete;

    using Stop = std::function<void()>;

    // `work` ends soon after its argument has become true. Gives what makes it true, for any
    // thread; nothing when too many are under way or the system has no thread left, `work` is not
    // called then.
    Stop begin(std::function<void(const std::atomic<bool>&)> work);

private:
    struct Job {
        std::atomic<bool> stop = false;
        std::atomic<bool> is_over = false;
        std::thread thread;
    };

    void join_those_that_are_over();

    const std::size_t jobs_max_;
    std::mutex mutex_;
    std::list<std::shared_ptr<Job>> jobs_;  // owners: this, the job's thread and its Stop
};

}  // namespace swiftgrid::control

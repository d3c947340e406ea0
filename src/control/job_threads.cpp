#include "control/job_threads.h"

#include <system_error>
#include <utility>

namespace swiftgrid::control {

JobThreads::~JobThreads() {
    const std::lock_guard lock(mutex_);
    for (const auto& job : jobs_) job->stop = true;
    for (const auto& job : jobs_) job->thread.join();
}

JobThreads::Stop JobThreads::begin(std::function<void(const std::atomic<bool>&)> work) {
    const std::lock_guard lock(mutex_);
    join_those_that_are_over();
    if (jobs_.size() >= jobs_max_) return nullptr;
    const auto job = std::make_shared<Job>();
    jobs_.push_back(job);
    try {
        job->thread = std::thread([job, work = std::move(work)] {
            work(job->stop);
            job->is_over = true;
        });
    } catch (const std::system_error&) {
        // Listed without a thread it would take a place for ever, and could not be joined.
        jobs_.pop_back();
        return nullptr;
    }
    return [weak = std::weak_ptr(job)] {
        if (const auto open = weak.lock()) open->stop = true;
    };
}

void JobThreads::join_those_that_are_over() {
    for (auto job = jobs_.begin(); job != jobs_.end();) {
        if (!(*job)->is_over) {
            ++job;
            continue;
        }
        (*job)->thread.join();
        job = jobs_.erase(job);
    }
}

}  // namespace swiftgrid::control

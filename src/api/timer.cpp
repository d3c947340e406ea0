#include "api/timer.h"

#include <chrono>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace swiftgrid::api {

using Clock = std::chrono::steady_clock;

class Timer::State : public std::enable_shared_from_this<Timer::State> {
public:
    explicit State(boost::asio::io_context& io)
        : strand_(boost::asio::make_strand(io)), system_timer_(strand_) {}

    Id add(Clock::time_point due, std::function<void()> call) {
        const std::lock_guard lock(mutex_);
        const Id id = next_id_++;
        calls_.emplace(Key{due, id}, std::move(call));
        due_of_.emplace(id, due);
        if (due < armed_for_) {
            armed_for_ = due;
            boost::asio::post(strand_, [self = shared_from_this()] { self->arm(); });
        }
        return id;
    }

    void remove(Id id) {
        std::function<void()> dropped;  // destroyed after the lock is released
        const std::lock_guard lock(mutex_);
        const auto found = due_of_.find(id);
        if (found == due_of_.end()) return;
        dropped = std::move(calls_.extract(Key{found->second, id}).mapped());
        due_of_.erase(found);
    }

    void clear() {
        std::map<Key, std::function<void()>> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(calls_);
        due_of_.clear();
    }

private:
    using Key = std::pair<Clock::time_point, Id>;

    // On the strand. A wait for a call that was cancelled meanwhile ends in vain, once.
    void arm() {
        const std::lock_guard lock(mutex_);
        armed_for_ = calls_.empty() ? Clock::time_point::max() : calls_.begin()->first.first;
        if (calls_.empty()) return;
        system_timer_.expires_at(armed_for_);
        system_timer_.async_wait(
            [self = shared_from_this()](const boost::system::error_code& error) {
                if (!error) self->fire();
            });
    }

    void fire() {
        std::vector<std::function<void()>> due;
        {
            const std::lock_guard lock(mutex_);
            const auto now = Clock::now();
            while (!calls_.empty() && calls_.begin()->first.first <= now) {
                due_of_.erase(calls_.begin()->first.second);
                due.push_back(std::move(calls_.extract(calls_.begin()).mapped()));
            }
        }
        arm();
        for (const auto& call : due) call();
    }

    boost::asio::strand<boost::asio::io_context::executor_type> strand_;
    boost::asio::steady_timer system_timer_;
    std::mutex mutex_;
    std::map<Key, std::function<void()>> calls_;
    std::unordered_map<Id, Clock::time_point> due_of_;
    Clock::time_point armed_for_ = Clock::time_point::max();
    Id next_id_ = 1;
};

Timer::Timer(boost::asio::io_context& io) : state_(std::make_shared<State>(io)) {}

Timer::~Timer() { state_->clear(); }

Timer::Id Timer::after(std::int64_t milliseconds, std::function<void()> call) {
    return state_->add(Clock::now() + std::chrono::milliseconds(milliseconds), std::move(call));
}

void Timer::cancel(Id id) { state_->remove(id); }

}  // namespace swiftgrid::api

#include "api/worker_pool.h"

#include <atomic>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

namespace swiftgrid::api {

struct WorkerPool::State {
    State(std::size_t threads, std::size_t most) : pool(threads), waiting_max(most) {}
    boost::asio::thread_pool pool;
    const std::size_t waiting_max;
    std::atomic<std::size_t> waiting = 0;
};

WorkerPool::WorkerPool(std::size_t threads, std::size_t waiting_max)
    : state_(std::make_unique<State>(threads, waiting_max)) {}

WorkerPool::~WorkerPool() { state_->pool.join(); }

bool WorkerPool::post(std::function<void()> work) {
    if (state_->waiting.fetch_add(1) >= state_->waiting_max) {
        state_->waiting.fetch_sub(1);
        return false;
    }
    boost::asio::post(state_->pool, [state = state_.get(), work = std::move(work)] {
        state->waiting.fetch_sub(1);
        work();
    });
    return true;
}

std::size_t WorkerPool::waiting() const { return state_->waiting; }

}  // namespace swiftgrid::api

#include "api/worker_pool.h"

#include <atomic>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/limits.h"

namespace swiftgrid::api {

struct WorkerPool::State {
    explicit State(std::size_t threads) : pool(threads) {}
    boost::asio::thread_pool pool;
    std::atomic<std::size_t> waiting = 0;
};

WorkerPool::WorkerPool(std::size_t threads) : state_(std::make_unique<State>(threads)) {}

WorkerPool::~WorkerPool() { state_->pool.join(); }

bool WorkerPool::post(std::function<void()> work) {
    if (state_->waiting.fetch_add(1) >= limits::api_work_waiting) {
        state_->waiting.fetch_sub(1);
        return false;
    }
    boost::asio::post(state_->pool, [state = state_.get(), work = std::move(work)] {
        state->waiting.fetch_sub(1);
        work();
    });
    return true;
}

}  // namespace swiftgrid::api

#include "store/readers.h"

namespace swiftgrid::store {
namespace {

Result<std::unique_ptr<sqlite::Connection>> open_reader(const std::string& path) {
    auto connection = sqlite::Connection::open(path, sqlite::Access::read_only);
    if (!connection) return connection;
    if (auto set = (*connection)->execute("PRAGMA cache_size = -1024"); !set)
        return std::unexpected(set.error());
    return connection;
}

}  // namespace

Result<Readers::Loan> Readers::borrow() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty() || opened_ < connections_max_; });
    if (!free_.empty()) {
        auto connection = std::move(free_.back());
        free_.pop_back();
        return Loan(*this, std::move(connection));
    }
    ++opened_;
    lock.unlock();
    auto connection = open_reader(path_);
    if (connection) return Loan(*this, std::move(*connection));
    lock.lock();
    --opened_;
    returned_.notify_one();
    return std::unexpected(connection.error());
}

void Readers::give_back(std::unique_ptr<sqlite::Connection> connection) {
    {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(connection));
    }
    returned_.notify_one();
}

}  // namespace swiftgrid::store

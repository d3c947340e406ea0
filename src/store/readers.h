#pragma once

// A few connections for reading, shared by the threads that answer requests and by the shards.
// Opened when first needed; a thread that finds none free waits. Each sees what was committed.

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/sqlite.h"

namespace swiftgrid::store {

class Readers {
public:
    Readers(std::string path, std::size_t connections_max)
        : path_(std::move(path)), connections_max_(connections_max) {}

    // A connection lent to one thread. Do not borrow another one while holding it.
    class Loan {
    public:
        Loan(Readers& readers, std::unique_ptr<sqlite::Connection> connection)
            : readers_(&readers), connection_(std::move(connection)) {}
        Loan(Loan&&) = default;
        Loan& operator=(Loan&&) = delete;
        ~Loan() {
            if (connection_) readers_->give_back(std::move(connection_));
        }

        sqlite::Connection& operator*() { return *connection_; }

    private:
        Readers* readers_;
        std::unique_ptr<sqlite::Connection> connection_;
    };

    Result<Loan> borrow();

private:
    void give_back(std::unique_ptr<sqlite::Connection> connection);

    const std::string path_;
    const std::size_t connections_max_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<sqlite::Connection>> free_;
    std::size_t opened_ = 0;
};

}  // namespace swiftgrid::store

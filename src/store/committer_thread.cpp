#include "store/committer_thread.h"

#include <chrono>

namespace swiftgrid::store {
namespace {

constexpr std::int64_t retry_ms = 500;
constexpr std::int64_t space_check_ms = 1'000;

std::int64_t monotonic_ms() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

CommitterThread::CommitterThread(Journal& journal)
    : journal_(journal), thread_([this] {
          loop();
          journal_.finish();
      }) {}

CommitterThread::~CommitterThread() {
    journal_.stop();
    thread_.join();
}

void CommitterThread::loop() {
    for (;;) {
        journal_.check_free_space(monotonic_ms());
        switch (journal_.pump()) {
            case GroupCommit::Outcome::committed: break;
            case GroupCommit::Outcome::idle:
                if (journal_.is_stopping() && !journal_.has_work()) return;
                if (journal_.accepts_new_work())
                    journal_.wait_for_work(std::nullopt);
                else
                    journal_.wait_for_work(space_check_ms);
                break;
            case GroupCommit::Outcome::disk_full:
                if (journal_.is_stopping()) return;
                journal_.wait_for_stop(retry_ms);
                break;
            case GroupCommit::Outcome::failed: return;
        }
    }
}

}  // namespace swiftgrid::store

#pragma once

// The examination of a running server's own data folder, for `swiftgrid doctor --server`. One at a
// time, on a thread of its own: it reads the whole folder, which may take minutes.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "control/examination.h"
#include "control/key_file.h"
#include "model/node_descriptor.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

class Doctor {
public:
    // Everything outlives the doctor.
    Doctor(KeyPlace place, const model::NodeTypes& types, const runtime::Clock& clock);
    // An examination under way ends early.
    ~Doctor();

    Doctor(const Doctor&) = delete;
    Doctor& operator=(const Doctor&) = delete;

    // Any thread. One that is under way goes on.
    void begin();

    // Any thread. Examination of openapi.yaml.
    std::string report() const;

private:
    enum class State : std::uint8_t { none, running, done, failed };
    struct Report {
        State state = State::none;
        std::optional<Instant> started_at;
        std::optional<Instant> ended_at;
        std::int64_t runs_examined = 0;
        std::int64_t runs_to_examine = 0;
        ExaminationTotals totals;
        std::vector<Finding> findings;  // at most limits::problems
        std::int64_t findings_left_out = 0;
        bool is_healthy = true;
        std::string error;  // why it failed
    };

    void examine();
    void note(const Finding& finding);
    void end(const Result<ExaminationTotals>& totals);
    bool wait_for_end(std::chrono::milliseconds time);

    const KeyPlace place_;
    const model::NodeTypes& types_;
    const runtime::Clock& clock_;

    mutable std::mutex mutex_;
    std::condition_variable unwanted_;
    Report report_;
    bool is_unwanted_ = false;
    store::Inspector* inspector_ = nullptr;  // while it reads
    std::thread thread_;
};

}  // namespace swiftgrid::control

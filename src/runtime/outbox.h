#pragma once

// The output gate: durable before visible (engine.md section 3). Whatever would let the outside
// observe a state waits here until the batch that holds the state's events is on disk. One batch is
// being built while at most one is with the journal.

#include <functional>
#include <vector>

namespace swiftgrid::runtime {

class Outbox {
public:
    using Release = std::function<void()>;

    // Held until the batch being built is durable; let go at once when there is no undurable event.
    void hold(Release release, bool anything_undurable) {
        if (!anything_undurable) return release();
        building_.push_back(std::move(release));
        is_awaited_ = true;
    }

    // The same for what tells of the batch and of nothing that is urgent: is_awaited() says no.
    void hold_patiently(Release release) { building_.push_back(std::move(release)); }

    // Something held makes the batch being built urgent.
    bool is_awaited() const { return is_awaited_; }

    // The batch being built was handed to the journal.
    void seal() {
        sealed_.swap(building_);
        is_awaited_ = false;
    }

    // The sealed batch is on disk.
    void open() {
        std::vector<Release> releases;
        releases.swap(sealed_);
        for (Release& release : releases) release();
    }

    std::size_t size() const { return building_.size() + sealed_.size(); }

private:
    std::vector<Release> building_;
    std::vector<Release> sealed_;
    bool is_awaited_ = false;
};

}  // namespace swiftgrid::runtime

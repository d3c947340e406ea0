#pragma once

// What one history has to say: the first rule that was broken, and the last lines of what happened
// before. Lines are only made while somebody wants them (a seed that failed is run again).

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

namespace swiftgrid::sim {

class Report {
public:
    explicit Report(bool tells) : tells_(tells) {}

    bool tells() const { return tells_; }
    void say(std::string line) {
        lines_.push_back(std::move(line));
        if (lines_.size() > lines_max) lines_.pop_front();
    }
    const std::deque<std::string>& lines() const { return lines_; }

    void broken(std::string rule) {
        if (!problem_.empty()) return;
        if (tells_) say("BROKEN: " + rule);
        problem_ = std::move(rule);
    }
    bool is_broken() const { return !problem_.empty(); }
    const std::string& problem() const { return problem_; }

private:
    static constexpr std::size_t lines_max = 50;

    bool tells_;
    std::deque<std::string> lines_;
    std::string problem_;
};

}  // namespace swiftgrid::sim

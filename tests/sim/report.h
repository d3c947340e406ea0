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
    // Keeps so many lines; 0: nobody wants to know.
    explicit Report(std::size_t lines_max) : lines_max_(lines_max) {}

    bool tells() const { return lines_max_ > 0; }
    void say(std::string line) {
        lines_.push_back(std::move(line));
        if (lines_.size() > lines_max_) lines_.pop_front();
    }
    const std::deque<std::string>& lines() const { return lines_; }

    void broken(std::string rule) {
        if (!problem_.empty()) return;
        if (tells()) say("BROKEN: " + rule);
        problem_ = std::move(rule);
    }
    bool is_broken() const { return !problem_.empty(); }
    const std::string& problem() const { return problem_; }

private:
    std::size_t lines_max_;
    std::deque<std::string> lines_;
    std::string problem_;
};

}  // namespace swiftgrid::sim

#pragma once

// Collects problems up to the limit, so that a hostile document cannot make a huge answer.

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "model/node_descriptor.h"
#include "model/problem.h"
#include "model/validate.h"

namespace swiftgrid::model {

class ProblemList {
public:
    // `scripts`, when given, receives the scripts that were found.
    explicit ProblemList(std::vector<Problem>& problems, std::vector<ScriptText>* scripts = nullptr)
        : problems_(problems), scripts_(scripts) {}

    void add(Problem problem) {
        if (!is_full()) problems_.push_back(std::move(problem));
    }

    void add_script(ScriptText script) {
        if (scripts_ != nullptr) scripts_->push_back(std::move(script));
    }

    bool is_full() const { return problems_.size() >= limits::problems; }

    // "Did you mean …?" compares with every name there is; nobody needs it a thousand times.
    bool wants_suggestions() const { return problems_.size() < suggestions_max; }

private:
    static constexpr std::size_t suggestions_max = 50;

    std::vector<Problem>& problems_;
    std::vector<ScriptText>* scripts_;
};

// Puts what a check finds about one node's data, or one part of the document, into the list.
class LocatedCheck final : public DataCheck {
public:
    LocatedCheck(ProblemList& list, std::string base, std::string node_id)
        : list_(list), base_(std::move(base)), node_id_(std::move(node_id)) {}

    void error(std::string pointer, std::string code, std::string detail,
               std::string mend) override {
        list_.add({Severity::error, base_ + pointer, node_id_, std::move(code), std::move(detail),
                   std::move(mend)});
    }
    void warning(std::string pointer, std::string code, std::string detail,
                 std::string mend) override {
        list_.add({Severity::warning, base_ + pointer, node_id_, std::move(code), std::move(detail),
                   std::move(mend)});
    }
    void script(const std::string& pointer, ScriptForm form, std::string_view source) override {
        list_.add_script({form, base_ + pointer, node_id_, std::string(source)});
    }
    bool is_full() const override { return list_.is_full(); }

private:
    ProblemList& list_;
    std::string base_;
    std::string node_id_;
};

}  // namespace swiftgrid::model

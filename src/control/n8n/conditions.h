#pragma once

// n8n's conditions, of all versions, as JavaScript over the `value` of a router.

#include <string>
#include <vector>

#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {

// Writes the conditions of one router: what they read, and each as an expression.
class RouterWriter {
public:
    explicit RouterWriter(StepMaker& maker);

    // { combinator, conditions: [{ leftValue, rightValue, operator }] }, or the lists by type of
    // the first version with their way of combining.
    std::string expression(const json::object& conditions, const std::string& combined = "");
    // `left` compared with `right` in the way of `operation`, of `type`.
    std::string comparison(const json::value& left, const json::value& right,
                           const std::string& type, const std::string& operation);
    std::string operand(const json::value& value);

    // What `value` is: the input, or an object of all that is read.
    std::string route_by() const;
    // Expressions are written with this in front of what they read; true after the first pass when
    // a second one is needed.
    bool needs_object() const { return !others_.empty(); }
    void use_object() { uses_object_ = true; }

private:
    std::string spelled(const DataPlace& place);

    StepMaker& maker_;
    Places places_;
    bool uses_object_ = false;
    std::vector<DataPlace> others_;  // besides the input
};

}  // namespace swiftgrid::control::n8n

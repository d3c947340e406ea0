#pragma once

// n8n's conditions, of all versions, as JavaScript over the `value` of a router.

#include <string>
#include <vector>

#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {

// How values are compared: as n8n does unless the node says otherwise.
struct CompareOptions {
    bool ignores_case = false;
    bool is_loose = false;  // a number in a text is a number, and the other way round
};

// Writes the conditions of one router: what they read, and each as an expression.
class RouterWriter {
public:
    explicit RouterWriter(StepMaker& maker);

    // { combinator, options, conditions: [{ leftValue, rightValue, operator }] }, or the lists by
    // type of the first version with their way of combining.
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
    std::vector<std::string> new_conditions(const json::object& conditions);
    std::vector<std::string> old_conditions(const json::object& conditions);
    CompareOptions options_of(const json::object& conditions) const;
    std::string regular_expression(const json::value& pattern);

    StepMaker& maker_;
    Places places_;
    CompareOptions options_;
    bool uses_object_ = false;
    std::vector<DataPlace> others_;  // besides the input
};

}  // namespace swiftgrid::control::n8n

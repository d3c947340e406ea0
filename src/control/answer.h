#pragma once

// The answer of the services: a value, or an error with every problem of the document that caused
// it.

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "model/problem.h"

namespace swiftgrid::control {

struct Refusal {
    Error error;
    std::vector<model::Problem> problems;

    Refusal(Error reason) : error(std::move(reason)) {}
    Refusal(Error reason, std::vector<model::Problem> found)
        : error(std::move(reason)), problems(std::move(found)) {}
};

template <typename T>
using Answer = std::expected<T, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refuse(ErrorCode code, std::string message) {
    return std::unexpected<Refusal>(Refusal(Error{code, std::move(message)}));
}
[[nodiscard]] inline std::unexpected<Refusal> refuse(Error error) {
    return std::unexpected<Refusal>(Refusal(std::move(error)));
}
[[nodiscard]] inline std::unexpected<Refusal> refuse_document(
    std::string message, std::vector<model::Problem> problems) {
    return std::unexpected<Refusal>(
        Refusal(Error{ErrorCode::invalid_document, std::move(message)}, std::move(problems)));
}
// The first one says why.
[[nodiscard]] inline std::unexpected<Refusal> refuse_document(
    std::vector<model::Problem> problems) {
    std::string message = problems.front().detail;
    return refuse_document(std::move(message), std::move(problems));
}
// One member is wrong.
[[nodiscard]] inline std::unexpected<Refusal> refuse_member(model::Problem problem) {
    std::string message = model::in_one_line(problem);
    return refuse_document(std::move(message), {std::move(problem)});
}

// An error at a member of what somebody sent.
[[nodiscard]] inline model::Problem problem_at(std::string pointer, std::string code,
                                               std::string detail, std::string mend) {
    return {model::Severity::error, std::move(pointer), "",
            std::move(code),        std::move(detail),  std::move(mend)};
}

}  // namespace swiftgrid::control

#pragma once

// Exit codes of every command (architecture contract), and how every command says that it failed:
// in words on standard error, and with --json as one object on standard output, too, in the form
// of the API's problems.

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "control/answer.h"

namespace swiftgrid::app {

constexpr int exit_done = 0;
constexpr int exit_failed = 1;  // the thing itself failed
constexpr int exit_usage = 2;

// { type, title, code, detail }, with the problems of a document as `errors`.
json::object problem_json(const control::Refusal& refusal);

// The object on standard output, for commands that have said it in words of their own.
void print_problem(const control::Refusal& refusal);

// Says what is wrong; gives exit_failed. A refusal lists the errors of its document below.
int failed(const Error& error, bool as_json);
int failed(const control::Refusal& refusal, bool as_json);

}  // namespace swiftgrid::app

#pragma once

// Small flows that the tests send to the server, as documents.

#include <string>

namespace swiftgrid::e2e {

// code -> router -> one of two code nodes. Input `{ "n": 7 }`; the output is "big" when twice n is
// above 10, else "small".
std::string three_step_flow(const std::string& name = "Three steps");

// One request to the server's own echo endpoint, which answers after so many milliseconds.
std::string http_flow(int delay_ms, const std::string& name = "Call echo");

// One code node with this source.
std::string script_flow(const std::string& source, const std::string& name = "One script");

// One node `call` that runs another flow with the run's input as its input's member `n`. `more` are
// further members of its data, such as `"version":"snapshot"`.
std::string calling_flow(const std::string& flow, const std::string& more = "");

// One node `wait` that waits so long.
std::string delay_flow(int delay_ms);

// `approval` waits for a call, then `after`, a script.
std::string signal_then_script_flow();

// `call` as in calling_flow, then `wait` for ten minutes.
std::string call_then_delay_flow(const std::string& flow);

// `wait` for ten minutes, then `after`, a script.
std::string delay_then_script_flow();

// One node `each` that runs another flow for every element of the run's input.
std::string map_flow(const std::string& flow, const std::string& more = "");

// a -> b -> c, each a script that adds its name to what it gets.
std::string chain_flow();

// A document with one error at /graph/nodes/0/data/code: a script may not read secrets.
std::string broken_flow();

}  // namespace swiftgrid::e2e

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

// Valid, but of a type that this version cannot run yet.
std::string llm_flow();

// A document with one error at /graph/nodes/0/data/code: a script may not read secrets.
std::string broken_flow();

}  // namespace swiftgrid::e2e

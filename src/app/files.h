#pragma once

// Reading what a person names on the command line.

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace swiftgrid::app {

// The whole file; "-" is standard input. Fails beyond `bytes_max`, naming the file.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max);

// The document of a flow file.
Result<json::value> read_json_file(const std::string& path);

// The value of --input: JSON, @file or @-.
Result<JsonText> read_input(const std::string& argument);

}  // namespace swiftgrid::app

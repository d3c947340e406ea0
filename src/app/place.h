#pragma once

// What commands share that work on a data folder or on a running server, and give the answers of
// the API for both.

#include <string>
#include <type_traits>
#include <utility>

#include "app/host.h"
#include "app/options.h"
#include "base/json.h"
#include "base/result.h"
#include "control/answer.h"

namespace swiftgrid::app {

// A variable of the environment, "" when it is not set.
std::string environment(const char* name);

// For a folder that no server uses: nothing runs there.
HostOptions folder_options(const PlaceOptions& options);

// Without the list of problems, which the message sums up.
template <typename T>
Result<T> plain(control::Answer<T> answer) {
    if (!answer) return std::unexpected(answer.error().error);
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return *std::move(answer);
}

// Of JSON that our own services have written.
Result<json::object> object_of(const Result<std::string>& text);

// What is typed or piped into a command. What `echo` and editors put behind it is not meant.
Result<std::string> read_value(std::size_t bytes_max);

}  // namespace swiftgrid::app

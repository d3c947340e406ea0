#pragma once

// A running server, as commands talk to it: one request after the other, over its API.

#include <string>

#include "base/result.h"

namespace swiftgrid::app {

class Remote {
public:
    // `url` without a slash at the end; `token` may be empty.
    Remote(std::string url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

    // The body of the answer. A problem becomes its detail; what else went wrong says how to mend
    // it.
    Result<std::string> call(const std::string& method, const std::string& path,
                             const std::string& body = {});

private:
    std::string url_;
    std::string token_;
};

}  // namespace swiftgrid::app

#pragma once

// A long text that is made piece by piece, while it is sent. Blocking; one call at a time.

#include <string>

#include "base/result.h"

namespace swiftgrid::control {

class TextSource {
public:
    virtual ~TextSource() = default;

    // Appends the next piece; false when that was the last one.
    virtual Result<bool> next(std::string& out) = 0;
};

}  // namespace swiftgrid::control

#pragma once

// Values that a run may use but never records. The engine decides and records without them; whoever
// carries an attempt out hands them in when it evaluates the input again.

#include <string>
#include <string_view>

#include "base/ids.h"

namespace swiftgrid::engine {

class RunSecrets {
public:
    virtual ~RunSecrets() = default;

    // The address that resumes a node of the run.
    virtual std::string resume_url(RunId run, std::string_view node_id) const = 0;
};

}  // namespace swiftgrid::engine

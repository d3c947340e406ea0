#pragma once

// Scripts that want to harm, as code nodes: what they try, and how their runs may end.

#include <string>
#include <vector>

namespace swiftgrid::e2e {

struct HostileScript {
    const char* name;
    std::string source;
    // Codes of the run's error; "" is a run that completes, because the attempt came to nothing.
    std::vector<std::string> ends;
};

const std::vector<HostileScript>& hostile_scripts();

}  // namespace swiftgrid::e2e

#pragma once

// What a code node's text can read of `$trigger` and `nodes`. Sending every upstream result to
// every code node would make a chain of n nodes cost n² bytes, so only what the text mentions is
// sent. Errs on the side of too much: anything that is not plainly `nodes.x` or `nodes["x"]` asks
// for all.

#include <string>
#include <string_view>
#include <vector>

namespace swiftgrid::nodes::code_execution {

struct Mentions {
    bool trigger = false;
    bool all_nodes = false;
    std::vector<std::string> nodes;  // in order of appearance, without repetition

    bool operator==(const Mentions&) const = default;
};

Mentions mentions_of(std::string_view code);

}  // namespace swiftgrid::nodes::code_execution

#pragma once

// What can be known about a JavaScript expression without running it: where a hole ends and which
// outer names it mentions. Both lean to the safe side: a name too many costs a few bytes on the way
// to the sandbox, a name too few would break a script that is right.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swiftgrid::expr {

// The offset of the `}}` that ends the hole whose expression begins at `begin`. Braces of the
// expression are balanced first; strings, comments and regular expressions are skipped.
Result<std::size_t> find_hole_end(std::string_view text, std::size_t begin);

// The outer names a script mentions, in order of appearance without repetition. Left out are
// keywords, members (`.name`), names of members in object literals (`{name: …}`) and names that
// first appear as a parameter of an arrow function.
std::vector<std::string> script_roots(std::string_view source);

}  // namespace swiftgrid::expr

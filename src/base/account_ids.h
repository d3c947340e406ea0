#pragma once

// Identifiers of people, of the browsers they are signed in with, and of tokens for programs.

#include "base/ids.h"

namespace swiftgrid {

using UserId = Id<struct UserTag>;
using SessionId = Id<struct SessionTag>;
using TokenId = Id<struct TokenTag>;

}  // namespace swiftgrid

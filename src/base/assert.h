#pragma once

// SG_ASSERT checks what only a bug of ours can break, in every build. It prints the condition, a
// message and the place, then aborts: a state that cannot be trusted must not be carried on with.
// Never use it on user input (style.md D36).

#include <cstdio>
#include <cstdlib>

namespace swiftgrid {

[[noreturn]] inline void assertion_failed(const char* condition, const char* message,
                                          const char* file, int line) {
    std::fprintf(stderr, "swiftgrid: assertion failed: %s (%s) at %s:%d\n", condition, message,
                 file, line);
    std::abort();
}

}  // namespace swiftgrid

#define SG_ASSERT(condition, message)                                               \
    do {                                                                            \
        if (!(condition)) [[unlikely]]                                              \
            ::swiftgrid::assertion_failed(#condition, message, __FILE__, __LINE__); \
    } while (false)

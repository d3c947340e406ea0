# The one supported compiler: Debian's g++ 12 miscompiles ordinary co_await patterns
# (docs/decisions/0002-clang-19-only.md).
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)

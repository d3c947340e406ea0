# The one supported compiler: g++ 12 miscompiles ordinary co_await patterns (design/technology.md 5).
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)

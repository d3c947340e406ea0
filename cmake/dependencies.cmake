# Every library we link, in one place. All come from Debian's packages (tools/setup lists them).
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(SWIFTGRID_CCACHE ccache)
if(SWIFTGRID_CCACHE)
  # Precompiled headers are cached by their content; work trees share what they compile.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    env CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_NOHASHDIR=1 ${SWIFTGRID_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()
add_link_options(-fuse-ld=lld-19)

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt 9 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(date REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(idn2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)

# Debian's libquickjs: a static library and a header, no CMake or pkg-config file.
find_path(QUICKJS_INCLUDE_DIR quickjs/quickjs.h)
find_library(QUICKJS_LIBRARY NAMES libquickjs.a PATH_SUFFIXES quickjs)
if(NOT QUICKJS_INCLUDE_DIR OR NOT QUICKJS_LIBRARY)
  message(FATAL_ERROR "libquickjs is missing: run ./dev setup")
endif()
add_library(quickjs STATIC IMPORTED)
set_target_properties(quickjs PROPERTIES
  IMPORTED_LOCATION ${QUICKJS_LIBRARY}
  INTERFACE_INCLUDE_DIRECTORIES ${QUICKJS_INCLUDE_DIR}
  INTERFACE_LINK_LIBRARIES "m;dl;Threads::Threads")

if(SWIFTGRID_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()

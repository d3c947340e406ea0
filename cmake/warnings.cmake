# The one list of compiler flags.
add_library(swiftgrid_flags INTERFACE)
target_compile_options(swiftgrid_flags INTERFACE
  -Wall -Wextra -Wconversion -Wnon-virtual-dtor -Wimplicit-fallthrough -Wswitch-enum
  -Werror
  # Asio's coroutine headers draw this one from system code instantiated here.
  -Wno-sign-conversion)
if(NOT CMAKE_UNITY_BUILD)
  # Where sources are compiled as one, a local name may be another source's.
  target_compile_options(swiftgrid_flags INTERFACE -Wshadow)
endif()
target_compile_definitions(swiftgrid_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)

if(SWIFTGRID_SANITIZE)
  # Frames must not be recycled, or use-after-free in coroutines stays invisible (style.md D44).
  if(NOT CMAKE_UNITY_BUILD)
  # Where sources are compiled as one, a local name may be another source's.
  target_compile_options(swiftgrid_flags INTERFACE -Wshadow)
endif()
target_compile_definitions(swiftgrid_flags INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
  target_compile_options(swiftgrid_flags INTERFACE
    -fsanitize=${SWIFTGRID_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -fno-sanitize=function,vptr)
  target_link_options(swiftgrid_flags INTERFACE -fsanitize=${SWIFTGRID_SANITIZE})
endif()

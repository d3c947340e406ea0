# swiftgrid_precompiled(target headers): `target` is compiled with cmake/<headers>.h read before,
# where `headers` is `precompiled` or, for tests, `precompiled_test`. It was a third of a build.
option(SWIFTGRID_PRECOMPILED "Read common headers once" ON)

# Code of tests, which runs for a moment, is compiled without optimization: in half the time. What
# they test is compiled as it is delivered.
set(swiftgrid_test_options $<$<AND:$<CONFIG:Release>,$<COMPILE_LANGUAGE:CXX>>:-O0>)

function(swiftgrid_precompiled target headers)
  if(headers STREQUAL precompiled_test)
    target_compile_options(${target} PRIVATE ${swiftgrid_test_options})
  endif()
  if(NOT SWIFTGRID_PRECOMPILED)
    return()
  endif()
  if(NOT TARGET swiftgrid_${headers})
    file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/${headers}.cpp CONTENT "")
    add_library(swiftgrid_${headers} OBJECT ${CMAKE_BINARY_DIR}/${headers}.cpp)
    target_precompile_headers(swiftgrid_${headers} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/${headers}.h)
    target_link_libraries(swiftgrid_${headers} PRIVATE swiftgrid_flags Boost::json fmt::fmt)
    if(TARGET GTest::gmock)
      target_link_libraries(swiftgrid_${headers} PRIVATE GTest::gmock)
    endif()
    # ccache knows a header by its content; the time in it would make every build another.
    target_compile_options(swiftgrid_${headers} PRIVATE
      $<$<COMPILE_LANGUAGE:CXX>:-Xclang -fno-pch-timestamp>)
    if(headers STREQUAL precompiled_test)
      target_compile_options(swiftgrid_${headers} PRIVATE ${swiftgrid_test_options})
    endif()
  endif()
  target_precompile_headers(${target} REUSE_FROM swiftgrid_${headers})
endfunction()

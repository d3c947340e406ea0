# In a unity build, `size` sources of `target` are compiled as one. Small groups are quick to
# compile again, large ones to compile from nothing (docs/decisions/0014).
function(swiftgrid_group target size)
  if(NOT DEFINED CMAKE_UNITY_BUILD_BATCH_SIZE)
    set_target_properties(${target} PROPERTIES UNITY_BUILD_BATCH_SIZE ${size})
  endif()
endfunction()

# swiftgrid_module(engine DEPENDS base expr model LIBRARIES fmt::fmt)
#
# Makes the static library `swiftgrid_<name>` of every .cpp in the calling folder (recursively) and,
# of every *_test.cpp, the test binary `<name>_test`. DEPENDS repeats the table of
# docs/architecture.md: what a module may include is what it links.
function(swiftgrid_module name)
  cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;EXCLUDE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  foreach(excluded IN LISTS arg_EXCLUDE)
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${excluded})
  endforeach()

  set(depends ${arg_DEPENDS})
  list(TRANSFORM depends PREPEND swiftgrid_)
  if(sources)
    add_library(swiftgrid_${name} STATIC ${sources})
    target_include_directories(swiftgrid_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(swiftgrid_${name}
      PUBLIC ${depends} ${arg_LIBRARIES} PRIVATE swiftgrid_flags)
    target_link_libraries(swiftgrid_${name} PUBLIC $<BUILD_INTERFACE:fmt::fmt>)
    swiftgrid_precompiled(swiftgrid_${name} precompiled)
    swiftgrid_group(swiftgrid_${name} 5)
  else()
    add_library(swiftgrid_${name} INTERFACE)
    target_include_directories(swiftgrid_${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(swiftgrid_${name} INTERFACE ${depends} ${arg_LIBRARIES} fmt::fmt)
  endif()
  if(SWIFTGRID_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE
      swiftgrid_${name} swiftgrid_flags GTest::gtest GTest::gmock GTest::gtest_main)
    swiftgrid_precompiled(${name}_test precompiled_test)
    swiftgrid_group(${name}_test 10)
    gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
  endif()
endfunction()

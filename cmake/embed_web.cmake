# swiftgrid_embed_web(target folder)
#
# Packs every file of `folder` (web/build, with the .br and .gz that SvelteKit's static adapter puts
# beside each) into `target`: one blob in read-only data by .incbin, and the table behind
# api/web_assets.h. Without a built web UI one page is packed that says how to build it, so that
# the C++ part can be built alone. The blob follows the folder: a changed file is repacked by the
# next build.

# Debian's own Python: another one that comes first on the PATH lacks the modules of our packages.
set(Python3_EXECUTABLE /usr/bin/python3)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

function(swiftgrid_embed_web target folder)
  set(tool ${CMAKE_SOURCE_DIR}/tools/embed_web/embed_web.py)
  set(fallback ${CMAKE_SOURCE_DIR}/tools/embed_web/not_built.html)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/web_assets)
  file(GLOB_RECURSE assets CONFIGURE_DEPENDS ${folder}/*)
  add_custom_command(
    OUTPUT ${output}/web_assets.bin ${output}/web_assets.S ${output}/web_assets_table.cpp
    COMMAND Python3::Interpreter ${tool} ${folder} ${fallback} ${output}
    DEPENDS ${tool} ${fallback} ${assets}
    COMMENT "Packing the web UI into the binary"
    VERBATIM)
  # The assembler reads the blob without the build system seeing it.
  set_source_files_properties(${output}/web_assets.S PROPERTIES
    OBJECT_DEPENDS ${output}/web_assets.bin
    INCLUDE_DIRECTORIES ${output})
  # A library of its own, so that `target` does not wait for all its libraries before it compiles.
  add_library(${target}_web STATIC ${output}/web_assets.S ${output}/web_assets_table.cpp)
  target_include_directories(${target}_web PRIVATE ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE ${target}_web)
endfunction()

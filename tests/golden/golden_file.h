#pragma once

// Files that must not change: what they say was once written to somebody's disk. With
// SWIFTGRID_GOLDEN=accept the tests write them anew, which is right only for what was never
// released.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace swiftgrid::testing {

bool accepts_golden();
std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, std::string_view text);
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view extension);

// The elements of a JSON array and a member that must be there; a test fails when it is not so.
std::vector<JsonText> elements(const JsonText& array);
JsonText member(const JsonText& object, std::string_view name);

}  // namespace swiftgrid::testing

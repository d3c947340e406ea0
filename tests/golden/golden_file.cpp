#include "tests/golden/golden_file.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace swiftgrid::testing {

bool accepts_golden() {
    const char* mode = std::getenv("SWIFTGRID_GOLDEN");
    return mode && std::string_view(mode) == "accept";
}

std::string read_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write_text(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view extension) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == extension) paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

std::vector<JsonText> elements(const JsonText& array) {
    EXPECT_EQ(array.kind(), JsonKind::array);
    std::vector<JsonText> out;
    while (auto element = array.child(out.size())) out.push_back(std::move(*element));
    return out;
}

JsonText member(const JsonText& object, std::string_view name) {
    auto value = object.child(std::string(name));
    EXPECT_TRUE(value) << "no member " << name;
    return value.value_or(JsonText());
}

}  // namespace swiftgrid::testing

#pragma once

// A folder of its own for one test, removed with everything in it at the end.

#include <string>
#include <vector>

namespace swiftgrid::e2e {

class TempFolder {
public:
    TempFolder();
    ~TempFolder();

    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

    // Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& content) const;

private:
    std::string path_;
};

// "" when there is no such file.
std::string read_text(const std::string& path);

// Every file of the folder that holds the bytes.
std::vector<std::string> files_with(const std::string& folder, const std::string& bytes);

}  // namespace swiftgrid::e2e

#pragma once

// A file that becomes its path only when it is whole and on disk; until then it goes away with the
// object. For the owner only: it holds what people typed and what flows were answered.

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace swiftgrid::store {

// What the last failed call of the system means: `storage_full` where there is no room.
std::unexpected<Error> file_error(std::string_view what, const std::string& path);

class NewFile {
public:
    // Takes the rest of one away whose process was killed. Empty, and nobody may use its name.
    static Result<NewFile> make(const std::string& path);

    NewFile(NewFile&& other) noexcept
        : path_(std::move(other.path_)), part_(std::exchange(other.part_, "")) {}
    NewFile& operator=(NewFile&&) = delete;
    ~NewFile();

    // Where it is until it is kept.
    const std::string& part() const { return part_; }

    // On disk under its name when this returns.
    Result<void> keep();

private:
    NewFile(std::string path, std::string part) : path_(std::move(path)), part_(std::move(part)) {}

    std::string path_;
    std::string part_;  // "" once it is kept
};

}  // namespace swiftgrid::store

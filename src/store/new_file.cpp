#include "store/new_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

namespace swiftgrid::store {
namespace {

Result<void> sync_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return file_error("opened", path);
    const bool is_done = ::fsync(fd) == 0;
    const int reason = errno;
    ::close(fd);
    errno = reason;
    return is_done ? Result<void>() : file_error("written", path);
}

}  // namespace

std::unexpected<Error> file_error(std::string_view what, const std::string& path) {
    const bool is_full = errno == ENOSPC || errno == EDQUOT;
    return fail(is_full ? ErrorCode::storage_full : ErrorCode::storage_error,
                fmt::format("{} cannot be {}: {}", path, what, std::strerror(errno)));
}

Result<NewFile> NewFile::make(const std::string& path) {
    std::string part = path + ".part";
    ::unlink(part.c_str());
    const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return file_error("made", part);
    ::close(fd);
    return NewFile(path, std::move(part));
}

NewFile::~NewFile() {
    if (!part_.empty()) ::unlink(part_.c_str());
}

Result<void> NewFile::keep() {
    if (auto synced = sync_file(part_); !synced) return synced;
    if (::rename(part_.c_str(), path_.c_str()) != 0) return file_error("named", path_);
    part_.clear();
    const auto folder = std::filesystem::path(path_).parent_path().string();
    return sync_file(folder.empty() ? "." : folder);
}

}  // namespace swiftgrid::store

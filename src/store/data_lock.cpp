#include "store/data_lock.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace swiftgrid::store {
namespace {

std::string owner_of(int fd) {
    std::array<char, 32> buffer{};
    const ssize_t size = ::pread(fd, buffer.data(), buffer.size(), 0);
    std::string text(buffer.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    text.resize(text.find_first_not_of("0123456789") == std::string::npos
                    ? text.size()
                    : text.find_first_not_of("0123456789"));
    return text.empty() ? "unknown" : text;
}

}  // namespace

Result<DataLock> DataLock::acquire(const std::string& folder) {
    std::error_code made;
    std::filesystem::create_directories(folder, made);
    if (made)
        return fail(ErrorCode::storage_error,
                    fmt::format("the data folder {} cannot be made: {}", folder, made.message()));
    const std::string path = folder + "/swiftgrid.lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(ErrorCode::storage_error,
                    fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    DataLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0)
        return fail(
            ErrorCode::conflict,
            fmt::format("the data folder {} is in use by process {}; stop it first or choose "
                        "another folder with --data-dir",
                        folder, owner_of(fd)));
    const std::string pid = std::to_string(::getpid()) + "\n";
    // The number only helps people; the lock holds without it.
    if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, pid.data(), pid.size(), 0) < 0) return lock;
    return lock;
}

DataLock::DataLock(DataLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DataLock& DataLock::operator=(DataLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

DataLock::~DataLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace swiftgrid::store

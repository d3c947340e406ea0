#include "control/key_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace swiftgrid::control {
namespace {

constexpr std::size_t text_bytes_max = 4096;

std::unexpected<Error> cannot(const std::string& what, const std::string& path) {
    return fail(ErrorCode::storage_error,
                "cannot " + what + " " + path + ": " + std::strerror(errno));
}

class File {
public:
    File(const std::string& path, int flags)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

private:
    int fd_;
};

Result<KeyRing> read_keys(const File& file, const std::string& path) {
    struct stat status{};
    if (::fstat(file.fd(), &status) != 0) return cannot("read", path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(ErrorCode::storage_error, path +
                                                  " can be read by others: whoever has this key "
                                                  "can read secrets and resume runs; run "
                                                  "'chmod 600 " +
                                                  path + "'");
    std::string text(text_bytes_max, '\0');
    const ssize_t size = ::read(file.fd(), text.data(), text.size());
    if (size < 0) return cannot("read", path);
    text.resize(static_cast<std::size_t>(size));
    auto key = KeyRing::parse(text);
    if (key) return key;
    return fail(ErrorCode::storage_error,
                path + ": " + key.error().message +
                    "; bring it back from a backup: without it nobody can read the secrets of this "
                    "folder");
}

std::string path_in(const std::string& data_dir) { return data_dir + "/server.key"; }

}  // namespace

Result<std::optional<KeyRing>> read_key_ring(const KeyPlace& place) {
    if (!place.environment_value.empty()) {
        auto keys = KeyRing::parse(place.environment_value);
        if (!keys) return fail(keys.error().code, "SWIFTGRID_SERVER_KEY: " + keys.error().message);
        return *std::move(keys);
    }
    if (place.data_dir.empty()) return std::nullopt;
    const std::string path = path_in(place.data_dir);
    const File file(path, O_RDONLY);
    if (file.fd() >= 0) return read_keys(file, path);
    if (errno != ENOENT) return cannot("open", path);
    return std::nullopt;
}

// Under another name first: a crash leaves no half file.
Result<void> write_key_ring(const KeyRing& keys, const std::string& data_dir) {
    const std::string path = path_in(data_dir);
    const std::string draft = path + ".new";
    const std::string text = keys.to_text();
    {
        const File file(draft, O_WRONLY | O_CREAT | O_TRUNC);
        if (file.fd() < 0) return cannot("create", draft);
        if (::write(file.fd(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
            ::fsync(file.fd()) != 0)
            return cannot("write", draft);
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return cannot("create", path);
    const File folder(data_dir, O_RDONLY | O_DIRECTORY);
    if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) return cannot("write", data_dir);
    return {};
}

}  // namespace swiftgrid::control

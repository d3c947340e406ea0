#include "control/server_key.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sodium/crypto_auth_hmacsha256.h>
#include <sodium/randombytes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t text_bytes_max = 256;

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

Result<ServerKey> read_key(const File& file, const std::string& path) {
    struct stat status{};
    if (::fstat(file.fd(), &status) != 0) return cannot("read", path);
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail(ErrorCode::storage_error,
                    path +
                        " can be read by others: whoever has this key can resume runs; run "
                        "'chmod 600 " +
                        path + "'");
    std::string text(text_bytes_max, '\0');
    const ssize_t size = ::read(file.fd(), text.data(), text.size());
    if (size < 0) return cannot("read", path);
    text.resize(static_cast<std::size_t>(size));
    auto key = ServerKey::parse(text);
    if (key) return key;
    return fail(ErrorCode::storage_error, path + ": " + key.error().message +
                                              "; bring it back from a backup, or delete it to "
                                              "have a new one made: resume addresses that were "
                                              "handed out stop working then");
}

// Under another name first: a crash leaves no half key.
Result<void> write_key(const ServerKey& key, const std::string& data_dir, const std::string& path) {
    const std::string draft = path + ".new";
    const std::string line = key.to_text() + "\n";
    {
        const File file(draft, O_WRONLY | O_CREAT | O_TRUNC);
        if (file.fd() < 0) return cannot("create", draft);
        if (::write(file.fd(), line.data(), line.size()) != static_cast<ssize_t>(line.size()) ||
            ::fsync(file.fd()) != 0)
            return cannot("write", draft);
    }
    if (::rename(draft.c_str(), path.c_str()) != 0) return cannot("create", path);
    const File folder(data_dir, O_RDONLY | O_DIRECTORY);
    if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) return cannot("write", data_dir);
    return {};
}

}  // namespace

ServerKey ServerKey::random() {
    Bytes bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return ServerKey(bytes);
}

Result<ServerKey> ServerKey::parse(std::string_view text) {
    Bytes bytes;
    // Files and environments end lines.
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    if (!from_base64(text, bytes, Base64::standard))
        return fail(ErrorCode::bad_request, "a server key is the base64 text of 32 bytes");
    return ServerKey(bytes);
}

std::string ServerKey::to_text() const { return to_base64(bytes_, Base64::standard); }

ServerKey::Bytes ServerKey::derive(std::string_view purpose) const {
    static_assert(crypto_auth_hmacsha256_BYTES == std::tuple_size_v<Bytes> &&
                  crypto_auth_hmacsha256_KEYBYTES == std::tuple_size_v<Bytes>);
    Bytes derived;
    crypto_auth_hmacsha256(derived.data(), reinterpret_cast<const unsigned char*>(purpose.data()),
                           purpose.size(), bytes_.data());
    return derived;
}

Result<ServerKey> load_server_key(const std::string& data_dir, const char* environment_value) {
    if (environment_value != nullptr && *environment_value != '\0') {
        auto key = ServerKey::parse(environment_value);
        if (!key) return fail(key.error().code, "SWIFTGRID_SERVER_KEY: " + key.error().message);
        return key;
    }
    const std::string path = data_dir + "/server.key";
    const File file(path, O_RDONLY);
    if (file.fd() >= 0) return read_key(file, path);
    if (errno != ENOENT) return cannot("open", path);
    const ServerKey key = ServerKey::random();
    if (auto written = write_key(key, data_dir, path); !written)
        return std::unexpected(written.error());
    return key;
}

}  // namespace swiftgrid::control

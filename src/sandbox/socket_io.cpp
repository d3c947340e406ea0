#include "sandbox/socket_io.h"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>

namespace swiftgrid::sandbox {
namespace {

constexpr std::size_t receive_bytes = 64 * 1024;
constexpr std::size_t files_max = 2;

}  // namespace

ssize_t receive_more(int socket, std::string& buffer, int flags) {
    const std::size_t size = buffer.size();
    ssize_t count = -1;
    buffer.resize_and_overwrite(size + receive_bytes, [&](char* bytes, std::size_t) {
        do {
            count = ::recv(socket, bytes + size, receive_bytes, flags);
        } while (count < 0 && errno == EINTR);
        return size + (count > 0 ? static_cast<std::size_t>(count) : 0);
    });
    return count;
}

ssize_t send_some(int socket, std::string_view bytes, int flags) {
    ssize_t count = -1;
    do {
        count = ::send(socket, bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
    } while (count < 0 && errno == EINTR);
    return count;
}

Result<SocketPair> make_socket_pair(int type) {
    int fds[2] = {-1, -1};
    if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds) != 0) {
        return fail(ErrorCode::internal, std::string("socketpair: ") + std::strerror(errno));
    }
    return SocketPair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

bool send_message(int socket, const ZygoteMessage& message, std::array<int, 2> files) {
    iovec data{const_cast<ZygoteMessage*>(&message), sizeof message};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(files_max * sizeof(int))] = {};
    const std::size_t count = files[0] < 0 ? 0 : files[1] < 0 ? 1 : 2;
    if (count > 0) {
        header.msg_control = control;
        header.msg_controllen = CMSG_SPACE(count * sizeof(int));
        cmsghdr* rights = CMSG_FIRSTHDR(&header);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(count * sizeof(int));
        std::memcpy(CMSG_DATA(rights), files.data(), count * sizeof(int));
    }
    ssize_t sent = -1;
    do {
        sent = ::sendmsg(socket, &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(sizeof message);
}

std::optional<ReceivedMessage> receive_message(int socket) {
    ReceivedMessage received;
    iovec data{&received.message, sizeof received.message};
    msghdr header{};
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    alignas(cmsghdr) char control[CMSG_SPACE(files_max * sizeof(int))] = {};
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t size = -1;
    do {
        size = ::recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    if (size != static_cast<ssize_t>(sizeof received.message)) return std::nullopt;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count && i < files_max; ++i) {
            int fd = -1;
            std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
            received.files[i].reset(fd);
        }
    }
    return received;
}

}  // namespace swiftgrid::sandbox

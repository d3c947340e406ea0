#pragma once

// The few socket calls of the sandbox, with interrupted calls repeated.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/result.h"
#include "sandbox/unique_fd.h"

namespace swiftgrid::sandbox {

// Appends what is there, at most 64 KiB. Like recv: 0 at the end, -1 with errno.
ssize_t receive_more(int socket, std::string& buffer, int flags);
ssize_t send_some(int socket, std::string_view bytes, int flags);

struct SocketPair {
    UniqueFd near;
    UniqueFd far;
};
Result<SocketPair> make_socket_pair(int type);

// What pools and server ask of the zygote, one datagram each.
enum class ZygoteRequest : std::uint32_t { connect = 1, spawn = 2, kill = 3, step_back = 4 };

struct ZygoteMessage {
    ZygoteRequest request = ZygoteRequest::connect;
    std::uint32_t unused = 0;
    std::uint64_t token = 0;  // of a worker, given by its pool
};

struct ReceivedMessage {
    ZygoteMessage message;
    std::array<UniqueFd, 2> files;
};

// False when it cannot be sent now (errno tells why). `files` that are -1 are not sent.
bool send_message(int socket, const ZygoteMessage& message, std::array<int, 2> files);
// Nothing at the end of the stream or for a malformed datagram.
std::optional<ReceivedMessage> receive_message(int socket);

}  // namespace swiftgrid::sandbox

#pragma once

// A blocking client for tests of the server that sends exactly the bytes it is told to, broken ones
// too, and reads answers without interpreting more than their length. Used by tests only.

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/assert.h"

namespace swiftgrid::api::testing {

struct RawResponse {
    int status = 0;    // 0: the connection was closed before an answer came
    std::string head;  // status line and headers, each with its CRLF
    std::string body;

    bool has(std::string_view line) const { return head.find(line) != std::string::npos; }
};

class RawClient {
public:
    // `receive_bytes` makes the system's buffer small, so that a slow reader is soon noticed.
    explicit RawClient(std::uint16_t port, int receive_bytes = 0) {
        fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_bytes > 0) {
            ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
        }
        // A test that waits for ever says nothing.
        const timeval patience{20, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        is_connected_ =
            ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { close(); }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool is_connected() const { return is_connected_; }

    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    // A complete request with a Host header; `more` is further header lines and the body.
    void request(std::string_view line, std::string_view more = "\r\n") {
        send(std::string(line) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more));
    }

    RawResponse read_head() {
        RawResponse response;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!read_more()) return response;
        }
        response.head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        response.status = std::stoi(response.head.substr(9, 3));
        return response;
    }

    RawResponse read() {
        RawResponse response = read_head();
        const std::size_t at = response.head.find("Content-Length: ");
        if (at == std::string::npos) return response;
        const std::size_t size_bytes = std::stoul(response.head.substr(at + 16));
        while (buffer_.size() < size_bytes && read_more()) {
        }
        response.body = buffer_.substr(0, size_bytes);
        buffer_.erase(0, size_bytes);
        return response;
    }

    // Reads until the text has arrived; false when the connection ends before.
    bool read_until(std::string_view text) {
        while (buffer_.find(text) == std::string::npos) {
            if (!read_more()) return false;
        }
        return true;
    }

    // True when the other side closes in order, without further bytes.
    bool is_at_end() { return buffer_.empty() && !read_more() && !failed_; }

    // Reads on until the other side closes, in order or not.
    void read_to_end() {
        while (read_more()) buffer_.clear();
    }

    const std::string& unread() const { return buffer_; }

private:
    bool read_more() {
        char chunk[65536];
        const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
        failed_ = got < 0;
        if (got <= 0) return false;
        buffer_.append(chunk, static_cast<std::size_t>(got));
        return true;
    }

    int fd_ = -1;
    bool is_connected_ = false;
    bool failed_ = false;
    std::string buffer_;
};

}  // namespace swiftgrid::api::testing

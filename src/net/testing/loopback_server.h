#pragma once

// A real HTTP/1.1 server on loopback for tests of whatever talks HTTP: each connection has a thread
// and every byte of the answer is the test's own, so that servers which are slow, rude or broken
// can be played. Header-only and used by tests only.

#include <algorithm>
#include <atomic>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.h"

namespace swiftgrid::net::testing {

struct SeenRequest {
    std::string method;
    std::string target;
    std::string head;  // the request line and all header lines
    std::string body;

    // The value of the first such line of the head; empty when there is none.
    std::string header(std::string_view name) const {
        std::size_t at = head.find("\r\n");
        while (at != std::string::npos) {
            const std::size_t end = head.find("\r\n", at + 2);
            const std::string line = head.substr(at + 2, end - at - 2);
            const std::size_t colon = line.find(':');
            if (colon == name.size() && strncasecmp(line.c_str(), name.data(), colon) == 0) {
                const std::size_t start = line.find_first_not_of(' ', colon + 1);
                return start == std::string::npos ? "" : line.substr(start);
            }
            at = end;
        }
        return {};
    }
};

class LoopbackConnection {
public:
    explicit LoopbackConnection(int fd) : fd_(fd) {}

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    void answer(std::string_view status, std::string_view headers, std::string_view body) {
        send("HTTP/1.1 " + std::string(status) +
             "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) +
             "\r\n" + std::string(body));
    }

    // Blocks until the other side has closed.
    void wait_until_closed() {
        char ignored[512];
        while (::recv(fd_, ignored, sizeof ignored, 0) > 0) {
        }
        finished_ = true;
    }

    void finish() { finished_ = true; }

    // Ends the connection with a RST.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        finished_ = true;
    }

    bool is_finished() const { return finished_; }

    // Reads the next request; false when the other side has closed.
    bool read(SeenRequest& request) {
        std::size_t head_end = 0;
        while ((head_end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!read_more()) return false;
            if (buffer_.starts_with('\x16')) {  // somebody speaks TLS to us
                request = {};
                request.method = "TLS";
                buffer_.clear();
                return true;
            }
        }
        request = {};
        request.head = buffer_.substr(0, head_end + 2);
        buffer_.erase(0, head_end + 4);
        request.method = request.head.substr(0, request.head.find(' '));
        const std::size_t start = request.method.size() + 1;
        request.target = request.head.substr(start, request.head.find(' ', start) - start);
        const std::string length = request.header("content-length");
        const std::size_t body_bytes = length.empty() ? 0 : std::stoul(length);
        while (buffer_.size() < body_bytes) {
            if (!read_more()) return false;
        }
        request.body = buffer_.substr(0, body_bytes);
        buffer_.erase(0, body_bytes);
        return true;
    }

private:
    bool read_more() {
        char chunk[16384];
        const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
        if (got <= 0) return false;
        buffer_.append(chunk, static_cast<std::size_t>(got));
        return true;
    }

    int fd_;
    std::string buffer_;
    bool finished_ = false;
};

class LoopbackServer {
public:
    // Called for each request, on the connection's thread.
    using Handler = std::function<void(const SeenRequest&, LoopbackConnection&)>;

    explicit LoopbackServer(Handler handler) : handler_(std::move(handler)) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = reinterpret_cast<sockaddr*>(&address);
        SG_ASSERT(::bind(listener_, plain, size) == 0, "no port on loopback");
        SG_ASSERT(::listen(listener_, 128) == 0, "cannot listen on loopback");
        SG_ASSERT(::getsockname(listener_, plain, &size) == 0, "no port on loopback");
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { accept_all(); });
    }

    ~LoopbackServer() {
        stopping_ = true;
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        ::close(listener_);
        {
            const std::lock_guard lock(mutex_);
            for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
        }
        for (std::thread& thread : threads_) thread.join();
    }

    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    int port() const { return port_; }
    std::string url(std::string_view path) const {
        return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
    }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    int connection_count() const { return connections_; }

private:
    void accept_all() {
        while (!stopping_) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (fd < 0) return;
            ++connections_;
            const std::lock_guard lock(mutex_);
            open_.push_back(fd);
            threads_.emplace_back([this, fd] { serve(fd); });
        }
    }

    void serve(int fd) {
        LoopbackConnection connection(fd);
        SeenRequest request;
        while (!connection.is_finished() && connection.read(request)) handler_(request, connection);
        const std::lock_guard lock(mutex_);
        open_.erase(std::find(open_.begin(), open_.end(), fd));
        ::close(fd);
    }

    Handler handler_;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> connections_ = 0;
    std::mutex mutex_;
    std::vector<int> open_;
    std::list<std::thread> threads_;
    std::thread acceptor_;
};

}  // namespace swiftgrid::net::testing

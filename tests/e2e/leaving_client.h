#pragma once

// A client that loses interest.

#include <string>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server_process.h"

namespace swiftgrid::e2e {

// Sends a request and goes away when it was sent.
class LeavingClient {
public:
    LeavingClient(const ServerProcess& server, const std::string& path)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const std::string url = server.url();
        address.sin_port =
            htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        const std::string request = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
                                    "Authorization: Bearer " + server.token() +
                                    "\r\nContent-Length: 0\r\n\r\n";
        EXPECT_EQ(::send(socket_, request.data(), request.size(), 0),
                  static_cast<ssize_t>(request.size()));
    }
    ~LeavingClient() { ::close(socket_); }

    LeavingClient(const LeavingClient&) = delete;
    LeavingClient& operator=(const LeavingClient&) = delete;

private:
    int socket_;
};

}  // namespace swiftgrid::e2e

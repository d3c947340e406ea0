#pragma once

// The HTTP server: listens, reads requests within limits, gives them to the router, writes the
// answers. One io_context, run by as many threads as the owner likes; each connection is a strand
// of its own. Hides Asio and Beast. What goes wrong on a connection stays on that connection.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/router.h"
#include "base/instant.h"
#include "base/limits.h"
#include "base/result.h"

namespace boost::asio {
class io_context;
}

namespace swiftgrid::api {

// One answered request, for metrics and access logs.
struct Served {
    const Request& request;
    int status = 0;
    std::int64_t microseconds = 0;  // until the answer was given, not until it was sent
};

struct ServerOptions {
    std::string host = "127.0.0.1";  // an address, "localhost", or a name of this machine
    std::uint16_t port = 0;          // 0: any free one
    std::string base_path = {};      // "" or "/swiftgrid"; taken off a path that begins with it
    // Names under which this server may be addressed, besides addresses and localhost. When the
    // list is empty, a server on loopback refuses other names (DNS rebinding), others take any.
    std::vector<std::string> host_names = {};
    std::size_t connections_max = limits::connections;
    std::size_t streams_max = limits::stream_subscribers;
    Duration header_time{10'000};    // from the first byte of a request to the end of its headers
    Duration idle_time{75'000};      // between requests
    Duration progress_time{30'000};  // between two portions of a body, in either direction
    Duration heartbeat{limits::stream_heartbeat_ms};
    std::function<void(const Served&)> on_served = {};  // any thread
};

class Server {
public:
    // Binds and listens; nobody is answered before serve(). `io` must outlive the server.
    static Result<std::unique_ptr<Server>> listen(boost::asio::io_context& io,
                                                  ServerOptions options);
    // Cuts all connections.
    ~Server();

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    std::uint16_t port() const;
    // The address it listens on, without port: "127.0.0.1", "::".
    std::string address() const;

    // Requires to be called once.
    void serve(Router router);

    // Stops accepting, lets requests under way finish, ends streams; after `time` cuts what is
    // left. `done` runs once, on a thread of the io_context. Requires to be called once.
    void drain(Duration time, std::function<void()> done);

    std::size_t connection_count() const;
    std::size_t stream_count() const;

private:
    class State;
    explicit Server(std::shared_ptr<State> state);

    std::shared_ptr<State> state_;  // owners: this and the handlers under way
};

}  // namespace swiftgrid::api

#pragma once

// A real HTTP server that takes what flows send and remembers it: somebody else's service. It
// answers one request after the other, in the order in which they came.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace swiftgrid::e2e {

class HttpSink {
public:
    struct Request {
        std::string head;  // in lower case
        std::string body;
    };
    // Gives the status of the answer; called on the thread of the sink.
    using Handler = std::function<int(const Request&)>;

    // Without a handler, bodies are kept for next_body() and everything is fine.
    explicit HttpSink(Handler handler = {});
    ~HttpSink();

    HttpSink(const HttpSink&) = delete;
    HttpSink& operator=(const HttpSink&) = delete;

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    // The body of the next request that nobody has taken yet; nothing when none comes in time.
    std::optional<std::string> next_body();

private:
    void serve();
    void answer(int connection);
    int take(Request request);

    Handler handler_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::string> bodies_;
    std::thread thread_;
};

}  // namespace swiftgrid::e2e

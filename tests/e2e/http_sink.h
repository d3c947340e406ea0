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
#include <utility>
#include <vector>

namespace swiftgrid::e2e {

class HttpSink {
public:
    struct Request {
        std::string head;      // in lower case
        std::string raw_head;  // as it was sent
        std::string body;
    };
    struct Reply {
        int status = 200;
        std::string headers = {};  // each with its line end
        std::string body = "{}";

        Reply(int just_status) : status(just_status) {}
        Reply(int with_status, std::string with_headers, std::string with_body)
            : status(with_status), headers(std::move(with_headers)), body(std::move(with_body)) {}
    };
    // Gives the answer, or just its status; called on the thread of the sink.
    using Handler = std::function<Reply(const Request&)>;

    // Without a handler, requests are kept for next_request() and everything is fine.
    explicit HttpSink(Handler handler = {});
    ~HttpSink();

    HttpSink(const HttpSink&) = delete;
    HttpSink& operator=(const HttpSink&) = delete;

    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    // The next request that nobody has taken yet; nothing when none comes in time.
    std::optional<Request> next_request();
    std::optional<std::string> next_body();

private:
    void serve();
    void answer(int connection);
    Reply take(Request request);

    Handler handler_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Request> requests_;
    std::thread thread_;
};

}  // namespace swiftgrid::e2e

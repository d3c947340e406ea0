#pragma once

// One connection: read a request, route it, write the answer, again. Everything runs on the
// connection's strand; send() and open_stream() may be called from anywhere and go there first.
// Internal to the server.
//
//   reading ──▶ handling ──▶ writing ──▶ reading (keep-alive)
//      │           │            └──────▶ lingering ──▶ closed
//      │           └──▶ streaming ─────▶ lingering
//      └── broken request: writing, then lingering

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "api/responder.h"
#include "api/server_shared.h"

namespace swiftgrid::api {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Strand>;

class Session final : public ResponseSink, public std::enable_shared_from_this<Session> {
public:
    Session(Socket socket, std::shared_ptr<ServerShared> shared);
    ~Session() override;

    // Requires to be called once, by the acceptor.
    void start();
    // Instead of start(): says that the server is full.
    void refuse();

    // Any thread. No further request; what is under way may finish.
    void drain();
    // Any thread. Ends at once.
    void cut();

    void send(const Request& request, Response response) override;
    EventStreamWriter open_stream(const Request& request, std::function<void()> on_closed) override;
    void open_body(const Request& request, LongBody body) override;
    void watch_client(std::function<void()> gone) override;

private:
    using Clock = std::chrono::steady_clock;
    enum class Phase { reading, handling, writing, streaming, lingering, closed };
    struct Reader;  // Beast's parser and the buffer

    void read_more();
    void on_read(const boost::system::error_code& error, std::size_t size_bytes);
    void parse();
    bool continue_after_head();
    void dispatch();
    std::optional<Error> fill_request(Request& request);
    void fail_request(int status, const Error& error);

    void report(const Request& request, int status) const;
    void answer(Response response);
    void write_response(const Response& response, bool has_length);
    void write();
    void on_written();

    using Opened = std::function<void(Session&, std::shared_ptr<EventQueue>)>;
    std::shared_ptr<EventQueue> open_queue(const Request& request, std::size_t bytes_max,
                                           Opened opened);
    void start_stream();
    void refuse_stream();
    void end_stream();
    void flush_stream();
    void ask_again();

    void linger();
    void discard();
    void close();

    void set_deadline(Duration from_now);
    void clear_deadline();
    void arm_timer();
    void on_deadline();

    Socket socket_;
    boost::asio::steady_timer timer_;
    const std::shared_ptr<ServerShared> shared_;
    const std::unique_ptr<Reader> reader_;
    std::string remote_address_;

    Phase phase_ = Phase::reading;
    bool is_keep_alive_ = false;
    bool is_head_ = false;
    bool is_http_1_0_ = false;
    std::string request_id_;
    Clock::time_point request_began_;
    std::string head_;  // of the answer
    Body body_;

    std::shared_ptr<EventQueue> stream_;  // owners: this and the handler's writers
    std::function<void()> on_stream_closed_;
    std::optional<Request> stream_request_;  // who is asked about again; of event streams
    std::optional<LongBody> long_body_;      // the stream is no event stream then
    bool is_more_asked_ = false;             // for the long body, since something was sent
    bool is_stream_writing_ = false;
    bool is_discarding_ = false;
    std::size_t discarded_bytes_ = 0;

    Clock::time_point deadline_ = Clock::time_point::max();
    Clock::time_point ask_again_at_;  // whether the stream may go on
    Clock::time_point armed_until_ = Clock::time_point::max();
    std::int64_t date_seconds_ = -1;
    std::string date_;
};

}  // namespace swiftgrid::api

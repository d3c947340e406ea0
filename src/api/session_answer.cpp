// The second half of session.h: answers and event streams, as bytes.
#include <array>
#include <ctime>
#include <limits>
#include <utility>

#include <sys/socket.h>

#include <fmt/format.h>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/status.hpp>

#include "api/problem.h"
#include "api/session.h"

namespace swiftgrid::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t body_in_head_bytes_max = 16 * 1024;

constexpr std::string_view security_headers =
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Frame-Options: DENY\r\n";

constexpr std::string_view stream_begin = "retry: 2000\n\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

// A value from a handler must not end its line.
void append_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ");
    for (const char c : value) {
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
    out += "\r\n";
}

std::string http_date(std::int64_t seconds) {
    const std::time_t time = seconds;
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[40];
    const std::size_t length =
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text, length};
}

}  // namespace

// A client that has closed its side shows as an end of what can be read. What else it sends is its
// next request, and then it is there.
void Session::watch_client(std::function<void()> gone) {
    asio::dispatch(socket_.get_executor(), [self = shared_from_this(), gone = std::move(gone)] {
        if (self->phase_ == Phase::closed) return gone();
        if (self->phase_ != Phase::handling) return;
        self->socket_.async_wait(
            Socket::wait_read, [self, gone](const boost::system::error_code& error) {
                if (self->phase_ == Phase::closed) return gone();
                if (error || self->phase_ != Phase::handling) return;
                char byte = 0;
                if (::recv(self->socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
                    gone();
            });
    });
}

void Session::report(const Request& request, int status) const {
    if (!shared_->options.on_served) return;
    const auto spent =
        std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - request_began_);
    shared_->options.on_served({request, status, spent.count()});
}

void Session::send(const Request& request, Response response) {
    report(request, response.status);
    asio::dispatch(socket_.get_executor(),
                   [self = shared_from_this(), response = std::move(response)]() mutable {
                       self->answer(std::move(response));
                   });
}

void Session::answer(Response response) {
    if (phase_ != Phase::handling) return;  // the connection has ended meanwhile
    if (shared_->is_draining()) is_keep_alive_ = false;
    write_response(response, true);
    const bool has_body = !is_head_ && response.status != 204 && response.status != 304;
    if (has_body)
        body_ = std::move(response.body);
    else
        body_ = {};
    phase_ = Phase::writing;
    write();
}

void Session::write_response(const Response& response, bool has_length) {
    const std::int64_t now_seconds = std::time(nullptr);
    if (now_seconds != date_seconds_) {
        date_seconds_ = now_seconds;
        date_ = http_date(now_seconds);
    }
    const auto reason =
        http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
    head_.clear();
    fmt::format_to(std::back_inserter(head_), "HTTP/1.1 {} {}\r\nDate: {}\r\nX-Request-Id: {}\r\n",
                   response.status, std::string_view(reason.data(), reason.size()), date_,
                   request_id_);
    head_ += security_headers;
    for (const Header& header : response.headers) append_header(head_, header.name, header.value);
    if (has_length && response.status != 204 && response.status != 304) {
        fmt::format_to(std::back_inserter(head_), "Content-Length: {}\r\n",
                       response.body.view().size());
    }
    if (!has_length && !is_http_1_0_) head_ += "Transfer-Encoding: chunked\r\n";
    if (!is_keep_alive_)
        head_ += "Connection: close\r\n";
    else if (is_http_1_0_)
        head_ += "Connection: keep-alive\r\n";
    head_ += "\r\n";
}

void Session::write() {
    if (body_.view().size() <= body_in_head_bytes_max) {
        head_ += body_.view();
        body_ = {};
    }
    const std::array<asio::const_buffer, 2> buffers = {
        asio::buffer(head_), asio::buffer(body_.view().data(), body_.view().size())};
    // Asked after each portion that the system took: the reader has to make progress.
    const auto go_on = [this](const boost::system::error_code& error, std::size_t) -> std::size_t {
        constexpr std::size_t portion_bytes = 256 * 1024;
        set_deadline(shared_->options.progress_time);
        return error ? 0 : portion_bytes;
    };
    asio::async_write(
        socket_, buffers, go_on,
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
            if (self->phase_ == Phase::closed) return;
            if (error)
                self->close();
            else
                self->on_written();
        });
}

EventStreamWriter Session::open_stream(const Request& request, std::function<void()> on_closed) {
    Request asked = request;
    asked.body.clear();
    return EventStreamWriter(
        open_queue(request, limits::stream_queue_bytes,
                   [on_closed = std::move(on_closed), asked = std::move(asked)](
                       Session& self, std::shared_ptr<EventQueue> queue) {
                       self.stream_ = std::move(queue);
                       self.on_stream_closed_ = on_closed;
                       self.stream_request_ = asked;
                   }));
}

// One piece at a time is pushed, however long it is.
void Session::open_body(const Request& request, LongBody body) {
    open_queue(request, std::numeric_limits<std::size_t>::max(),
               [body = std::move(body)](Session& self, std::shared_ptr<EventQueue> queue) {
                   self.stream_ = std::move(queue);
                   self.long_body_ = body;
               });
}

std::shared_ptr<EventQueue> Session::open_queue(const Request& request, std::size_t bytes_max,
                                                Opened opened) {
    const bool is_refused = ++shared_->stream_count > shared_->options.streams_max;
    report(request, is_refused ? 503 : 200);
    auto queue = std::make_shared<EventQueue>(
        bytes_max, [weak = weak_from_this(), executor = socket_.get_executor()] {
            asio::post(executor, [weak] {
                if (const auto self = weak.lock()) self->flush_stream();
            });
        });
    asio::dispatch(socket_.get_executor(),
                   [self = shared_from_this(), queue, is_refused, opened = std::move(opened)] {
                       opened(*self, queue);
                       if (is_refused)
                           self->refuse_stream();
                       else
                           self->start_stream();
                   });
    return queue;
}

void Session::refuse_stream() {
    end_stream();
    Request request;
    request.id = request_id_;
    answer(problem_response(request, {ErrorCode::overloaded,
                                      "Too many streams and downloads are under way; try again."}));
}

void Session::start_stream() {
    if (phase_ == Phase::closed) {
        end_stream();
        return;
    }
    is_keep_alive_ = false;
    Response response{.status = 200,
                      .headers = {{"Content-Type", "text/event-stream"},
                                  {"Cache-Control", "no-store"},
                                  {"X-Accel-Buffering", "no"}}};
    if (long_body_) response.headers = long_body_->headers;
    write_response(response, false);
    phase_ = Phase::streaming;
    ask_again_at_ =
        Clock::now() + std::chrono::milliseconds(shared_->options.heartbeat.milliseconds);
    if (is_head_ || (shared_->is_draining() && !long_body_)) stream_->close();
    if (!is_head_ && !long_body_) {
        if (is_http_1_0_)
            head_ += stream_begin;
        else
            head_ += fmt::format("{:x}\r\n{}\r\n", stream_begin.size(), stream_begin);
    }
    is_stream_writing_ = true;
    set_deadline(shared_->options.progress_time);
    asio::async_write(
        socket_, asio::buffer(head_),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
            if (self->phase_ != Phase::streaming) return;
            self->is_stream_writing_ = false;
            if (error)
                self->close();
            else
                self->flush_stream();
        });
    discard();
}

// A session that was ended or a role that was taken away also ends what it had opened, however much
// there is to send.
void Session::ask_again() {
    const auto now = Clock::now();
    if (!stream_request_ || now < ask_again_at_) return;
    ask_again_at_ = now + std::chrono::milliseconds(shared_->options.heartbeat.milliseconds);
    if (!shared_->router.still_lets_in(*stream_request_)) stream_->close();
}

void Session::flush_stream() {
    if (phase_ != Phase::streaming || is_stream_writing_) return;
    ask_again();
    EventQueue::Taken taken = stream_->take();
    if (taken.is_broken) return close();
    if (taken.bytes.empty() && !taken.is_last) {
        set_deadline(shared_->options.heartbeat);
        if (long_body_ && !std::exchange(is_more_asked_, true)) long_body_->more(stream_);
        return;
    }
    is_more_asked_ = false;
    head_.clear();
    if (!taken.bytes.empty() && !is_head_) {
        if (is_http_1_0_)
            head_ = std::move(taken.bytes);
        else
            head_ = fmt::format("{:x}\r\n{}\r\n", taken.bytes.size(), taken.bytes);
    }
    if (taken.is_last && !is_http_1_0_ && !is_head_) head_ += last_chunk;
    is_stream_writing_ = true;
    set_deadline(shared_->options.progress_time);
    asio::async_write(socket_, asio::buffer(head_),
                      [self = shared_from_this(), is_last = taken.is_last](
                          const boost::system::error_code& error, std::size_t) {
                          if (self->phase_ != Phase::streaming) return;
                          self->is_stream_writing_ = false;
                          if (error)
                              self->close();
                          else if (is_last)
                              self->linger();
                          else
                              self->flush_stream();
                      });
}

}  // namespace swiftgrid::api

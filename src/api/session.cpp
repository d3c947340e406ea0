#include "api/session.h"

#include <algorithm>

#include <fmt/format.h>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/problem.h"

namespace swiftgrid::api {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t header_bytes_max = 64 * 1024;
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::size_t request_id_characters_max = 64;
// After an answer that ends the connection the rest of the request is read and thrown away, so that
// the system does not take the answer back with a reset; within these bounds.
constexpr std::size_t discarded_bytes_max = 4 * limits::mebibyte;
constexpr Duration linger_time{2'000};

constexpr std::string_view continue_bytes = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view heartbeat = ": hb\n\n";
bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= request_id_characters_max &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

}  // namespace

struct Session::Reader {
    using Parser = http::request_parser<http::string_body>;

    beast::flat_buffer buffer;
    std::optional<Parser> parser;
    bool is_head_done = false;

    void begin() {
        parser.emplace();
        parser->eager(true);
        parser->header_limit(header_bytes_max);
        parser->body_limit(limits::request_body_bytes);
        is_head_done = false;
    }
};

Session::Session(Socket socket, std::shared_ptr<ServerShared> shared)
    : socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      shared_(std::move(shared)),
      reader_(std::make_unique<Reader>()) {
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    const auto remote = socket_.remote_endpoint(ignored);
    remote_address_ = remote.address().to_string();
}

Session::~Session() {
    // Writers may outlive the io_context that this goes away with.
    if (stream_) stream_->abandon();
}

void Session::start() {
    asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
        self->reader_->begin();
        self->set_deadline(self->shared_->options.idle_time);
        self->read_more();
    });
}

void Session::refuse() {
    asio::dispatch(socket_.get_executor(), [self = shared_from_this()] {
        self->reader_->begin();
        self->fail_request(503, {ErrorCode::overloaded, "All connections are taken; try again."});
    });
}

void Session::drain() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] {
        self->is_keep_alive_ = false;
        const bool is_idle = self->phase_ == Phase::reading && self->reader_->buffer.size() == 0 &&
                             !self->reader_->parser->got_some();
        if (is_idle) self->close();
        // An event stream would never end; a body does.
        if (self->phase_ == Phase::streaming && !self->long_body_) self->stream_->close();
    });
}

void Session::cut() {
    asio::post(socket_.get_executor(), [self = shared_from_this()] { self->close(); });
}

// Reading ---------------------------------------------------------------------------------------

void Session::read_more() {
    socket_.async_read_some(
        reader_->buffer.prepare(read_bytes),
        [self = shared_from_this()](const boost::system::error_code& error,
                                    std::size_t size_bytes) { self->on_read(error, size_bytes); });
}

void Session::on_read(const boost::system::error_code& error, std::size_t size_bytes) {
    if (phase_ != Phase::reading) return;
    if (error) {
        close();
        return;
    }
    const bool is_first = reader_->buffer.size() == 0 && !reader_->parser->got_some();
    reader_->buffer.commit(size_bytes);
    if (is_first) request_began_ = Clock::now();
    parse();
    if (phase_ != Phase::reading) return;
    // Only requests that did not arrive in one piece cost a new timer.
    if (reader_->is_head_done)
        set_deadline(shared_->options.progress_time);
    else if (is_first)
        set_deadline(shared_->options.header_time);
}

void Session::parse() {
    Reader& reader = *reader_;
    while (!reader.parser->is_done()) {
        if (reader.buffer.size() == 0) {
            read_more();
            return;
        }
        boost::system::error_code error;
        const std::size_t used = reader.parser->put(reader.buffer.data(), error);
        reader.buffer.consume(used);
        if (error && error != http::error::need_more) {
            if (error == http::error::body_limit) {
                fail_request(413,
                             {ErrorCode::too_large, fmt::format("The body is larger than {} bytes.",
                                                                limits::request_body_bytes)});
            } else if (error == http::error::header_limit) {
                fail_request(
                    431, {ErrorCode::too_large,
                          fmt::format("The headers are larger than {} bytes.", header_bytes_max)});
            } else {
                fail_request(400, {ErrorCode::bad_request,
                                   "This is not an HTTP request: " + error.message() + "."});
            }
            return;
        }
        if (reader.parser->is_header_done() && !reader.is_head_done) {
            reader.is_head_done = true;
            if (!reader.parser->is_done() && !continue_after_head()) return;
            continue;
        }
        if (error == http::error::need_more || used == 0) {
            read_more();
            return;
        }
    }
    dispatch();
}

// False when reading goes on later.
bool Session::continue_after_head() {
    const auto& fields = reader_->parser->get();
    if (!beast::iequals(fields[http::field::expect], "100-continue")) return true;
    if (reader_->buffer.size() > 0) return true;  // it does not wait
    asio::async_write(
        socket_, asio::buffer(continue_bytes),
        [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
            if (self->phase_ != Phase::reading) return;
            if (error)
                self->close();
            else
                self->read_more();
        });
    return false;
}

void Session::dispatch() {
    phase_ = Phase::handling;
    clear_deadline();
    is_keep_alive_ = reader_->parser->keep_alive() && !shared_->is_draining();
    is_http_1_0_ = reader_->parser->get().version() < 11;
    Request request;
    auto problem = fill_request(request);
    is_head_ = request.method == "HEAD";
    reader_->begin();
    auto exchange = std::make_shared<Exchange>(std::move(request), shared_from_this());
    if (problem) {
        is_keep_alive_ = false;
        Responder{exchange}(problem_response(exchange->request(), *problem));
        return;
    }
    shared_->router.dispatch(exchange);
}

std::optional<Error> Session::fill_request(Request& request) {
    auto message = reader_->parser->release();
    request.method = message.method_string();
    request.remote_address = remote_address_;
    request.headers.reserve(
        static_cast<std::size_t>(std::distance(message.begin(), message.end())));
    std::size_t hosts = 0;
    for (const auto& field : message) {
        if (field.name() == http::field::host) ++hosts;
        request.headers.push_back({std::string(field.name_string()), std::string(field.value())});
    }
    request.body = std::move(message.body());
    const auto given_id = request.header("x-request-id");
    request.id =
        given_id && is_request_id(*given_id) ? std::string(*given_id) : shared_->next_request_id();
    request_id_ = request.id;

    std::string_view target(message.target().data(), message.target().size());
    request.path = target.substr(0, target.find_first_of("?#"));
    const auto host = request.header("host");
    if (hosts > 1 || (hosts == 0 && !is_http_1_0_)) {
        return Error{ErrorCode::bad_request, "A request has exactly one Host header."};
    }
    if (host && !shared_->accepts_host(*host)) {
        return Error{
            ErrorCode::forbidden,
            fmt::format("This server is not '{}'; its operator can allow that name.", *host)};
    }
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        target.remove_prefix(scheme.size());
        target.remove_prefix(std::min(target.find_first_of("/?#"), target.size()));
    }
    target = target.substr(0, target.find('#'));
    if (!target.starts_with('/')) {
        return Error{ErrorCode::bad_request, "The path of a request begins with a slash."};
    }
    const auto question = std::min(target.find('?'), target.size());
    std::string_view path = target.substr(0, question);
    const std::string& base = shared_->options.base_path;
    if (!base.empty() && path.starts_with(base) &&
        (path.size() == base.size() || path[base.size()] == '/')) {
        path.remove_prefix(base.size());
    }
    request.path = path.empty() ? std::string_view("/") : path;
    auto query = parse_pairs(target.substr(std::min(question + 1, target.size())));
    if (!query) return Error{ErrorCode::bad_request, "The query has a broken % escape."};
    request.query = std::move(*query);
    return std::nullopt;
}

// A request that could not be read: the connection cannot go on.
void Session::fail_request(int status, const Error& error) {
    phase_ = Phase::handling;
    is_keep_alive_ = false;
    is_head_ = false;
    Request request;
    request.id = shared_->next_request_id();
    request_id_ = request.id;
    request.path = "";
    report(request, status);
    answer(problem_response(request, status, error));
}

void Session::on_written() {
    body_ = {};
    if (!is_keep_alive_) {
        linger();
        return;
    }
    phase_ = Phase::reading;
    set_deadline(shared_->options.idle_time);
    if (reader_->buffer.size() > 0) request_began_ = Clock::now();
    parse();
}

// Ending ----------------------------------------------------------------------------------------

void Session::linger() {
    phase_ = Phase::lingering;
    set_deadline(linger_time);
    end_stream();
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    discard();
}

// Reads and forgets, one read at a time. A stream's reader has nothing more to say; that it went
// away shows as the end of what can be read.
void Session::discard() {
    if (std::exchange(is_discarding_, true)) return;
    reader_->buffer.consume(reader_->buffer.size());
    socket_.async_read_some(reader_->buffer.prepare(read_bytes),
                            [self = shared_from_this()](const boost::system::error_code& error,
                                                        std::size_t size_bytes) {
                                if (self->phase_ == Phase::closed) return;
                                self->is_discarding_ = false;
                                self->discarded_bytes_ += size_bytes;
                                if (error || self->discarded_bytes_ > discarded_bytes_max)
                                    self->close();
                                else
                                    self->discard();
                            });
}

void Session::end_stream() {
    if (!stream_) return;
    stream_->abandon();
    stream_.reset();
    long_body_.reset();
    stream_request_.reset();
    --shared_->stream_count;
    if (const auto on_closed = std::exchange(on_stream_closed_, nullptr)) on_closed();
}

void Session::close() {
    end_stream();
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    shared_->remove(this);
}

// Deadlines -------------------------------------------------------------------------------------

// There is one timer per connection. Moving the deadline away costs nothing, because the timer
// looks at it when it fires; only an earlier one needs the timer set anew.

void Session::set_deadline(Duration from_now) {
    deadline_ = Clock::now() + std::chrono::milliseconds(from_now.milliseconds);
    if (deadline_ < armed_until_) arm_timer();
}

void Session::clear_deadline() { deadline_ = Clock::time_point::max(); }

void Session::arm_timer() {
    armed_until_ = deadline_;
    timer_.expires_at(armed_until_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (error || !self || self->phase_ == Phase::closed) return;
        self->armed_until_ = Clock::time_point::max();
        if (Clock::now() >= self->deadline_)
            self->on_deadline();
        else if (self->deadline_ != Clock::time_point::max())
            self->arm_timer();
    });
}

void Session::on_deadline() {
    clear_deadline();
    switch (phase_) {
        case Phase::reading:
            if (!reader_->parser->got_some())
                close();  // idle
            else
                fail_request(408, {ErrorCode::timeout, "The request did not arrive in time."});
            return;
        case Phase::streaming:
            if (is_stream_writing_)
                close();  // the reader takes nothing
            else if (long_body_)
                set_deadline(shared_->options.heartbeat);  // it is made by others
            else
                stream_->push(heartbeat);
            return;
        case Phase::handling: return;
        case Phase::writing:
        case Phase::lingering:
        case Phase::closed: close(); return;
    }
}

}  // namespace swiftgrid::api

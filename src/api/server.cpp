#include "api/server.h"

#include <chrono>

#include <fmt/format.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "api/server_shared.h"
#include "api/session.h"
#include "base/assert.h"

namespace swiftgrid::api {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Sessions beyond the limit that are told so before they are closed.
constexpr std::size_t refusals_max = 256;
constexpr std::chrono::milliseconds accept_pause{100};

Result<tcp::endpoint> resolve(asio::io_context& io, const ServerOptions& options) {
    boost::system::error_code error;
    const std::string host = options.host == "localhost" ? "127.0.0.1" : options.host;
    const auto address = asio::ip::make_address(host, error);
    if (!error) return tcp::endpoint(address, options.port);
    tcp::resolver resolver(io);
    const auto found = resolver.resolve(host, "", error);
    if (error || found.empty()) {
        return fail(ErrorCode::bad_request,
                    fmt::format("cannot listen on '{}': this is neither an address nor a name of "
                                "this machine",
                                options.host));
    }
    return tcp::endpoint(found.begin()->endpoint().address(), options.port);
}

std::unexpected<Error> cannot_listen(const tcp::endpoint& endpoint, std::string_view reason) {
    return fail(ErrorCode::conflict,
                fmt::format("cannot listen on {} port {}: {}; choose another one with --listen",
                            endpoint.address().to_string(), endpoint.port(), reason));
}

}  // namespace

class Server::State : public std::enable_shared_from_this<Server::State> {
public:
    State(asio::io_context& io, ServerOptions options)
        : io_(io),
          strand_(asio::make_strand(io)),
          acceptor_(strand_),
          timer_(strand_),
          shared_(std::make_shared<ServerShared>(std::move(options))) {}

    Result<void> open() {
        const auto endpoint = resolve(io_, shared_->options);
        if (!endpoint) return std::unexpected(endpoint.error());
        boost::system::error_code error;
        acceptor_.open(endpoint->protocol(), error);
        if (error) return cannot_listen(*endpoint, error.message());
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
        if (endpoint->address().is_v6() && endpoint->address().is_unspecified()) {
            acceptor_.set_option(asio::ip::v6_only(false), error);
        }
        acceptor_.bind(*endpoint, error);
        if (error) return cannot_listen(*endpoint, error.message());
        acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error) return cannot_listen(*endpoint, error.message());
        endpoint_ = acceptor_.local_endpoint(error);
        shared_->is_loopback = endpoint_.address().is_loopback();
        return {};
    }

    void serve(Router router) {
        shared_->router = std::move(router);
        asio::post(strand_, [self = shared_from_this()] { self->accept(); });
    }

    void drain(Duration time, std::function<void()> done) {
        asio::post(strand_, [self = shared_from_this(), time, done = std::move(done)]() mutable {
            self->stop_accepting();
            self->shared_->begin_drain([self, done = std::move(done)]() mutable {
                asio::post(self->strand_, [self, done = std::move(done)] {
                    self->timer_.cancel();
                    done();
                });
            });
            self->timer_.expires_after(std::chrono::milliseconds(time.milliseconds));
            self->timer_.async_wait([self](const boost::system::error_code& error) {
                if (error) return;
                for (const auto& session : self->shared_->sessions()) session->cut();
            });
            for (const auto& session : self->shared_->sessions()) session->drain();
        });
    }

    void close() {
        asio::post(strand_, [self = shared_from_this()] {
            self->stop_accepting();
            self->timer_.cancel();
            for (const auto& session : self->shared_->sessions()) session->cut();
        });
    }

    const tcp::endpoint& endpoint() const { return endpoint_; }
    const ServerShared& shared() const { return *shared_; }

private:
    void stop_accepting() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    }

    void accept() {
        acceptor_.async_accept(
            asio::make_strand(io_),
            [self = shared_from_this()](const boost::system::error_code& error, Socket socket) {
                if (!self->acceptor_.is_open()) return;
                if (error) {
                    // Out of descriptors, most likely: sessions that end will free some.
                    self->timer_.expires_after(accept_pause);
                    self->timer_.async_wait([self](const boost::system::error_code& cancelled) {
                        if (!cancelled) self->accept();
                    });
                    return;
                }
                self->welcome(std::move(socket));
                self->accept();
            });
    }

    void welcome(Socket socket) {
        const std::size_t count = shared_->session_count();
        if (count >= shared_->options.connections_max + refusals_max) return;
        const bool is_full = count >= shared_->options.connections_max;
        const auto session = std::make_shared<Session>(std::move(socket), shared_);
        shared_->add(session);
        if (is_full)
            session->refuse();
        else
            session->start();
    }

    asio::io_context& io_;
    Strand strand_;
    asio::basic_socket_acceptor<tcp, Strand> acceptor_;
    asio::steady_timer timer_;
    tcp::endpoint endpoint_;
    // Owners: this and every session.
    const std::shared_ptr<ServerShared> shared_;
};

Server::Server(std::shared_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() { state_->close(); }

Result<std::unique_ptr<Server>> Server::listen(asio::io_context& io, ServerOptions options) {
    auto state = std::make_shared<State>(io, std::move(options));
    if (auto opened = state->open(); !opened) return std::unexpected(opened.error());
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const { return state_->endpoint().port(); }

std::string Server::address() const { return state_->endpoint().address().to_string(); }

void Server::serve(Router router) { state_->serve(std::move(router)); }

void Server::drain(Duration time, std::function<void()> done) {
    state_->drain(time, std::move(done));
}

std::size_t Server::connection_count() const { return state_->shared().session_count(); }

std::size_t Server::stream_count() const { return state_->shared().stream_count; }

}  // namespace swiftgrid::api

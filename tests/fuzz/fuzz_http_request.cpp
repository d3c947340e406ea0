// Hostile bytes as what a client sends on a connection: answered in HTTP, or the connection ends;
// and nothing of it is left behind.

#include <csignal>
#include <cstddef>
#include <cstdint>
#include <memory>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/write.hpp>

#include "api/hook_body.h"
#include "api/json_body.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/session.h"
#include "base/assert.h"

using namespace swiftgrid;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

// Looks at everything that handlers look at.
api::Response handled(const api::Request& request) {
    const auto body = api::JsonBody::read(request, {"a", "b"});
    if (body) (void)body->text("a");
    const auto payload = api::hook_body(request);
    if (!payload) return api::problem_response(request, payload.error());
    api::Response response;
    response.body = api::Body(request.path + std::string(payload->view()));
    return response;
}

api::Router make_router() {
    api::Router router;
    const auto handler = [](const api::Request& request, const api::Responder& respond) {
        respond(handled(request));
    };
    router.add("GET", "/a/{name}/b", handler);
    router.add("POST", "/a", handler);
    router.set_fallback(handler);
    return router;
}

// libFuzzer looks at its watch by SIGALRM, every few seconds. A connect or accept that waits just
// then shall go on, and not end as interrupted.
void restart_calls_after_alarms() {
    struct sigaction action{};
    SG_ASSERT(::sigaction(SIGALRM, nullptr, &action) == 0, "the action of SIGALRM can be read");
    action.sa_flags |= SA_RESTART;
    SG_ASSERT(::sigaction(SIGALRM, &action, nullptr) == 0, "the action of SIGALRM can be set");
}

class Connection {
public:
    Connection() : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        shared_->router = make_router();
        shared_->is_loopback = true;
        restart_calls_after_alarms();
    }

    // What the server answers to these bytes and the end of them.
    std::string answer_to(const std::uint8_t* data, std::size_t size) {
        io_.restart();
        tcp::socket client(io_, {next_address(), 0});
        client.connect(acceptor_.local_endpoint());
        api::Socket accepted(asio::make_strand(io_));
        acceptor_.accept(accepted);
        auto session = std::make_shared<api::Session>(std::move(accepted), shared_);
        shared_->add(session);
        session->start();
        session.reset();
        // Fewer bytes than a socket takes without a reader.
        asio::write(client, asio::buffer(data, size));
        client.shutdown(tcp::socket::shutdown_send);
        std::string answer;
        boost::system::error_code error;
        asio::async_read(
            client, asio::dynamic_buffer(answer),
            [&error](const boost::system::error_code& ended, std::size_t) { error = ended; });
        io_.run();
        SG_ASSERT(shared_->session_count() == 0, "the session is gone");
        return answer;
    }

private:
    // The ports of one address run out: each rests for a minute after its connection. So clients
    // come from all addresses of 127.0.0.0/8 in turn.
    asio::ip::address_v4 next_address() {
        const std::uint32_t base = asio::ip::address_v4::loopback().to_uint();
        return asio::ip::address_v4(base + address_++ % 0xffff00);
    }

    std::uint32_t address_ = 0;
    asio::io_context io_{1};
    tcp::acceptor acceptor_;
    std::shared_ptr<api::ServerShared> shared_ =
        std::make_shared<api::ServerShared>(api::ServerOptions{});
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 32 * 1024) return -1;
    static Connection connection;
    const std::string answer = connection.answer_to(data, size);
    SG_ASSERT(answer.empty() || answer.starts_with("HTTP/1."), "answers are HTTP");
    return 0;
}

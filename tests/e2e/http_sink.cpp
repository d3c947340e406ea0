#include "http_sink.h"

#include <array>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "eventually.h"

namespace swiftgrid::e2e {
namespace {

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

// Of a head in lower case; the client that sends is known.
std::size_t content_length(const std::string& head) {
    const std::size_t at = head.find("content-length:");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 15));
}

}  // namespace

HttpSink::HttpSink(Handler handler)
    : handler_(std::move(handler)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 1024) != 0 ||
        ::getsockname(listener_, generic, &size) != 0)
        throw std::runtime_error("cannot listen on loopback");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

HttpSink::~HttpSink() {
    ::shutdown(listener_, SHUT_RDWR);  // wakes accept
    thread_.join();
    ::close(listener_);
}

void HttpSink::serve() {
    for (;;) {
        const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        answer(connection);
        ::close(connection);
    }
}

void HttpSink::answer(int connection) {
    Request request;
    std::array<char, 4096> buffer{};
    std::size_t end = std::string::npos;
    std::string received;
    while (end == std::string::npos || received.size() < end + 4 + content_length(request.head)) {
        const ssize_t size = ::read(connection, buffer.data(), buffer.size());
        if (size <= 0) return;
        received.append(buffer.data(), static_cast<std::size_t>(size));
        end = received.find("\r\n\r\n");
        if (end != std::string::npos) request.head = lower(received.substr(0, end));
    }
    request.raw_head = received.substr(0, end);
    request.body = received.substr(end + 4);
    const Reply said = take(std::move(request));
    const std::string reply = "HTTP/1.1 " + std::to_string(said.status) +
                              " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
                              std::to_string(said.body.size()) + "\r\n" + said.headers +
                              "Connection: close\r\n\r\n" + said.body;
    // Whoever hung up does not want it.
    if (::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return;
}

HttpSink::Reply HttpSink::take(Request request) {
    if (handler_) return handler_(request);
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
    }
    arrived_.notify_all();
    return 200;
}

std::optional<HttpSink::Request> HttpSink::next_request() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, patience, [&] { return !requests_.empty(); })) return std::nullopt;
    Request request = requests_.front();
    requests_.erase(requests_.begin());
    return request;
}

std::optional<std::string> HttpSink::next_body() {
    auto request = next_request();
    if (!request) return std::nullopt;
    return std::move(request->body);
}

}  // namespace swiftgrid::e2e

#include "api/server_shared.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "net/ip_address.h"

namespace swiftgrid::api {

ServerShared::ServerShared(ServerOptions given) : options(std::move(given)) {
    std::random_device random;
    request_id_prefix_ = fmt::format("{:08x}", random());
}

void ServerShared::add(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(mutex_);
    sessions_.emplace(session.get(), session);
}

void ServerShared::remove(Session* session) {
    std::function<void()> on_empty;
    {
        const std::lock_guard lock(mutex_);
        sessions_.erase(session);
        if (sessions_.empty()) on_empty = std::exchange(on_empty_, nullptr);
    }
    if (on_empty) on_empty();
}

std::size_t ServerShared::session_count() const {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
}

std::vector<std::shared_ptr<Session>> ServerShared::sessions() const {
    std::vector<std::shared_ptr<Session>> alive;
    const std::lock_guard lock(mutex_);
    alive.reserve(sessions_.size());
    for (const auto& [pointer, weak] : sessions_) {
        if (auto session = weak.lock()) alive.push_back(std::move(session));
    }
    return alive;
}

void ServerShared::begin_drain(std::function<void()> on_empty) {
    is_draining_ = true;
    {
        const std::lock_guard lock(mutex_);
        if (!sessions_.empty()) {
            on_empty_ = std::move(on_empty);
            return;
        }
    }
    on_empty();
}

std::string ServerShared::next_request_id() {
    return fmt::format("{}-{:08x}", request_id_prefix_, requests_.fetch_add(1));
}

bool ServerShared::accepts_host(std::string_view host) const {
    if (!is_loopback && options.host_names.empty()) return true;
    std::string name;
    for (const char c : host) {
        name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (name.starts_with('[')) {
        const auto end = name.find(']');
        return end != std::string::npos && net::parse_ip_address(name.substr(1, end - 1));
    }
    name = name.substr(0, name.find(':'));
    // Rebinding needs a name that the attacker's name server answers; an address is none.
    if (net::parse_ip_address(name)) return true;
    if (name == "localhost" || name.ends_with(".localhost")) return true;
    return std::ranges::find(options.host_names, name) != options.host_names.end();
}

}  // namespace swiftgrid::api

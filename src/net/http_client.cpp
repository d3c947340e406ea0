#include "net/http_client.h"

#include <atomic>
#include <chrono>
#include <unordered_map>
#include <utility>

#include <curl/curl.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

#include "base/assert.h"
#include "net/http_transfer.h"
#include "net/name_lookup.h"

namespace swiftgrid::net {

namespace asio = boost::asio;

namespace {

void initialise_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    SG_ASSERT(code == CURLE_OK, "libcurl could not be initialised");
}

}  // namespace

// Everything below runs on the strand, except start() and cancel(), which only post to it. libcurl
// says which sockets it waits for (on_socket) and when it wants to be woken (on_timer); both only
// note the wish, and the answer comes as a call of its own: libcurl must not be entered twice.
class HttpClient::State : public std::enable_shared_from_this<HttpClient::State> {
public:
    State(asio::io_context& io, EgressGuard guard, HttpClientOptions options)
        : options_(std::move(options)),
          strand_(asio::make_strand(io)),
          timer_(strand_),
          guard_(std::make_shared<const EgressGuard>(std::move(guard))) {
        initialise_curl();
        multi_ = curl_multi_init();
        SG_ASSERT(multi_ != nullptr, "out of memory");
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &State::on_socket);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &State::on_timer);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS,
                          static_cast<long>(options_.connections_per_host));
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                          static_cast<long>(options_.connections));
    }

    ~State() {
        closed_ = true;
        for (auto& [id, transfer] : transfers_) curl_multi_remove_handle(multi_, transfer->easy());
        transfers_.clear();
        silences_.clear();
        curl_multi_cleanup(multi_);
    }

    RequestHandle start(HttpRequest request, HttpDone done) {
        const RequestHandle handle{next_id_.fetch_add(1)};
        asio::post(strand_, [self = shared_from_this(), handle, request = std::move(request),
                             done = std::move(done)]() mutable {
            self->begin(handle, std::move(request), std::move(done));
        });
        return handle;
    }

    void cancel(RequestHandle handle) {
        asio::post(strand_, [self = shared_from_this(), handle] { self->abort(handle.id); });
    }

    void allow(InternalEndpoint endpoint) {
        asio::post(strand_, [self = shared_from_this(), endpoint = std::move(endpoint)]() mutable {
            EgressGuard guard = *self->guard_;
            guard.allow(std::move(endpoint));
            self->guard_ = std::make_shared<const EgressGuard>(std::move(guard));
        });
    }

    void replace_guard(EgressGuard guard) {
        asio::post(strand_, [self = shared_from_this(), guard = std::move(guard)]() mutable {
            guard.take_internal(*self->guard_);
            self->guard_ = std::make_shared<const EgressGuard>(std::move(guard));
        });
    }

    void close() {
        asio::post(strand_, [self = shared_from_this()] {
            self->closed_ = true;
            self->timer_.cancel();
            while (!self->transfers_.empty()) self->abort(self->transfers_.begin()->first);
        });
    }

private:
    struct Watch {
        explicit Watch(const asio::strand<asio::io_context::executor_type>& strand, int fd)
            : descriptor(strand, fd) {}

        asio::posix::stream_descriptor descriptor;
        int wanted = 0;  // CURL_POLL_*
        bool reading = false;
        bool writing = false;
    };
    // Owners: the table below and the waits under way, which may end after libcurl let go.
    using WatchPtr = std::shared_ptr<Watch>;

    void begin(RequestHandle handle, HttpRequest request, HttpDone done) {
        auto transfer =
            std::make_unique<HttpTransfer>(std::move(request), std::move(done), guard_, options_,
                                           [this, id = handle.id] { noted_.push_back(id); });
        if (closed_) {
            transfer->deliver(std::unexpected(
                transfer->error(HttpErrorKind::cancelled, "the server is shutting down")));
            return;
        }
        HttpTransfer& started = *transfer;
        transfers_.emplace(handle.id, std::move(transfer));
        begin_hop(handle.id, started);
    }

    void begin_hop(std::uint64_t id, HttpTransfer& transfer) {
        if (auto problem = transfer.begin_hop())
            return finish(id, std::unexpected(std::move(*problem)));
        if (const std::string name = transfer.name_to_look_up(); !name.empty())
            return look_up(id, name);
        make_hop(id, transfer);
    }

    // A name that cannot be looked up here is left to the proxy.
    void look_up(std::uint64_t id, const std::string& name) {
        look_up_name(strand_, name, [state = shared_from_this(), id](const auto& addresses) {
            const auto found = state->transfers_.find(id);
            if (found == state->transfers_.end()) return;
            HttpTransfer& transfer = *found->second;
            if (auto problem = transfer.check_addresses(addresses))
                return state->finish(id, std::unexpected(std::move(*problem)));
            state->make_hop(id, transfer);
        });
    }

    void make_hop(std::uint64_t id, HttpTransfer& transfer) {
        if (auto problem = transfer.prepare_hop()) {
            finish(id, std::unexpected(std::move(*problem)));
            return;
        }
        curl_easy_setopt(transfer.easy(), CURLOPT_PRIVATE, reinterpret_cast<void*>(id));
        const CURLMcode code = curl_multi_add_handle(multi_, transfer.easy());
        SG_ASSERT(code == CURLM_OK, "libcurl refused a handle");
        watch_silence(id, transfer);
    }

    void watch_silence(std::uint64_t id, const HttpTransfer& transfer) {
        const auto until = transfer.silent_until();
        if (!until) return;
        asio::steady_timer& timer = silences_.try_emplace(id, strand_).first->second;
        timer.expires_at(*until);  // ends a wait that is under way
        timer.async_wait([state = shared_from_this(), id](const auto& error) {
            if (!error && !state->closed_) state->end_silent(id);
        });
    }

    void end_silent(std::uint64_t id) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        HttpTransfer& transfer = *found->second;
        const auto until = transfer.silent_until();
        if (!until || *until > HttpTransfer::Clock::now()) {
            watch_silence(id, transfer);
            return;
        }
        curl_multi_remove_handle(multi_, transfer.easy());
        finish(id, transfer.end_by_silence());
    }

    void abort(std::uint64_t id) {
        const auto found = transfers_.find(id);
        if (found == transfers_.end()) return;
        curl_multi_remove_handle(multi_, found->second->easy());
        finish(id, std::unexpected(found->second->error(HttpErrorKind::cancelled,
                                                        "the request was cancelled")));
    }

    // Requires that the transfer's handle is no longer with libcurl's multi.
    void finish(std::uint64_t id, HttpResult result) {
        const auto found = transfers_.find(id);
        const auto transfer = std::move(found->second);
        transfers_.erase(found);
        silences_.erase(id);
        transfer->deliver(std::move(result));
    }

    void collect_finished() {
        int waiting = 0;
        while (CURLMsg* message = curl_multi_info_read(multi_, &waiting)) {
            if (message->msg != CURLMSG_DONE) continue;
            const CURLcode code = message->data.result;
            void* id_pointer = nullptr;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &id_pointer);
            const auto id = reinterpret_cast<std::uint64_t>(id_pointer);
            curl_multi_remove_handle(multi_, message->easy_handle);
            HttpTransfer& transfer = *transfers_.at(id);
            if (auto result = transfer.finish_hop(code))
                finish(id, std::move(*result));
            else
                begin_hop(id, transfer);
        }
    }

    // What transfers noted inside libcurl: the guard refused an address (left alone, libcurl takes
    // seconds before it tries the next one of a name), or the end of the answer matters no more.
    void look_at_noted() {
        for (const std::uint64_t id : std::exchange(noted_, {})) {
            const auto found = transfers_.find(id);
            if (found == transfers_.end()) continue;
            if (!found->second->is_refused()) {
                watch_silence(id, *found->second);
                continue;
            }
            curl_multi_remove_handle(multi_, found->second->easy());
            auto result = found->second->finish_hop(CURLE_COULDNT_CONNECT);
            SG_ASSERT(result, "a failed hop has a result");
            finish(id, std::move(*result));
        }
    }

    void act(curl_socket_t socket, int events) {
        int running = 0;
        curl_multi_socket_action(multi_, socket, events, &running);
        collect_finished();
        look_at_noted();
    }

    static int on_timer(CURLM*, long timeout_ms, void* self_pointer) {
        auto& self = *static_cast<State*>(self_pointer);
        if (self.closed_) return 0;
        self.timer_.cancel();
        ++self.timer_generation_;
        if (timeout_ms < 0) return 0;
        self.timer_.expires_after(std::chrono::milliseconds(timeout_ms));
        self.timer_.async_wait([state = self.shared_from_this(),
                                generation = self.timer_generation_](const auto& error) {
            // A timer that had fired before it was set anew reports success: the number tells.
            if (error || state->closed_ || generation != state->timer_generation_) return;
            state->act(CURL_SOCKET_TIMEOUT, 0);
        });
        return 0;
    }

    static int on_socket(CURL*, curl_socket_t socket, int wanted, void* self_pointer, void*) {
        auto& self = *static_cast<State*>(self_pointer);
        const auto found = self.watches_.find(socket);
        if (wanted == CURL_POLL_REMOVE) {
            if (found == self.watches_.end()) return 0;
            found->second->wanted = CURL_POLL_REMOVE;
            found->second->descriptor.release();  // libcurl closes it
            self.watches_.erase(found);
            return 0;
        }
        if (self.closed_) return 0;
        WatchPtr watch = found == self.watches_.end()
                             ? std::make_shared<Watch>(self.strand_, socket)
                             : found->second;
        watch->wanted = wanted;
        if (found == self.watches_.end()) self.watches_.emplace(socket, watch);
        self.wait(watch);
        return 0;
    }

    void wait(const WatchPtr& watch) {
        if ((watch->wanted & CURL_POLL_IN) && !watch->reading) {
            watch->reading = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                         [state = shared_from_this(), watch](const auto& error) {
                                             watch->reading = false;
                                             state->on_ready(
                                                 watch, CURL_POLL_IN,
                                                 error ? CURL_CSELECT_ERR : CURL_CSELECT_IN);
                                         });
        }
        if ((watch->wanted & CURL_POLL_OUT) && !watch->writing) {
            watch->writing = true;
            watch->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                         [state = shared_from_this(), watch](const auto& error) {
                                             watch->writing = false;
                                             state->on_ready(
                                                 watch, CURL_POLL_OUT,
                                                 error ? CURL_CSELECT_ERR : CURL_CSELECT_OUT);
                                         });
        }
    }

    void on_ready(const WatchPtr& watch, int direction, int events) {
        // libcurl may have let go of the socket while this wait was ending.
        if (closed_ || watch->wanted == CURL_POLL_REMOVE) return;
        if (!(watch->wanted & direction)) return;
        act(watch->descriptor.native_handle(), events);
        if (!closed_ && watch->wanted != CURL_POLL_REMOVE) wait(watch);
    }

    const HttpClientOptions options_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer timer_;
    std::uint64_t timer_generation_ = 0;
    // Replaced, never changed: transfers under way keep theirs.
    std::shared_ptr<const EgressGuard> guard_;
    std::unordered_map<std::uint64_t, std::unique_ptr<HttpTransfer>> transfers_;
    std::unordered_map<curl_socket_t, WatchPtr> watches_;
    std::unordered_map<std::uint64_t, asio::steady_timer> silences_;  // by transfer
    std::vector<std::uint64_t> noted_;  // transfers to look at after the present call of libcurl
    std::atomic<std::uint64_t> next_id_{1};
    CURLM* multi_ = nullptr;
    bool closed_ = false;
};

HttpClient::HttpClient(asio::io_context& io, EgressGuard guard, HttpClientOptions options)
    : state_(std::make_shared<State>(io, std::move(guard), std::move(options))) {}

HttpClient::~HttpClient() { state_->close(); }

RequestHandle HttpClient::start(HttpRequest request, HttpDone done) {
    return state_->start(std::move(request), std::move(done));
}

void HttpClient::cancel(RequestHandle handle) { state_->cancel(handle); }

void HttpClient::replace_guard(EgressGuard guard) { state_->replace_guard(std::move(guard)); }

void HttpClient::allow(InternalEndpoint endpoint) { state_->allow(std::move(endpoint)); }

}  // namespace swiftgrid::net

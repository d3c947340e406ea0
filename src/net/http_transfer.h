#pragma once

// One request of net/http_client over all its redirects: sets up libcurl's handle for each hop,
// collects the answer within its limits, and says what came of it. Used only by http_client.cpp, on
// its strand.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/egress_guard.h"
#include "net/http_client.h"
#include "net/url.h"

namespace swiftgrid::net {

class HttpTransfer {
public:
    using Clock = std::chrono::steady_clock;

    // `on_note` is called inside libcurl, which must not be entered then, whenever the guard
    // refuses an address and whenever silent_until() comes nearer.
    HttpTransfer(HttpRequest request, HttpDone done, std::shared_ptr<const EgressGuard> guard,
                 const HttpClientOptions& options, std::function<void()> on_note);
    ~HttpTransfer();

    HttpTransfer(const HttpTransfer&) = delete;
    HttpTransfer& operator=(const HttpTransfer&) = delete;

    // Looks at where the next hop leads, or says why it may not be made.
    std::optional<HttpError> begin_hop();

    // After begin_hop(): the name that has to be looked up before the hop is made through a proxy,
    // which would look it up out of our sight. "" when there is none.
    std::string name_to_look_up() const;

    // What the name is here. An error when the guard refuses one of the addresses.
    std::optional<HttpError> check_addresses(const std::vector<IpAddress>& addresses) const;

    // After begin_hop(): makes easy() ready, or says why it cannot be.
    std::optional<HttpError> prepare_hop();

    void* easy() const { return easy_; }  // libcurl's CURL*

    // The guard refused an address and no other is being tried.
    bool is_refused() const { return !refused_address_.empty() && !opened_socket_; }

    // When the hop has been silent for too long unless more comes.
    std::optional<Clock::time_point> silent_until() const;

    // Requires that silent_until() has passed.
    HttpResult end_by_silence();

    // Requires that the hop ended with this CURLcode. Nothing: a redirect is to be followed, call
    // prepare_hop() again.
    std::optional<HttpResult> finish_hop(int curl_code);

    // Requires to be called once, as the last thing.
    void deliver(HttpResult result) { done_(std::move(result)); }

    HttpError error(HttpErrorKind kind, std::string_view why) const;

private:
    struct Callbacks;

    static void clear(void*& list);  // of libcurl: curl_slist*

    std::optional<HttpError> check_request() const;
    HttpError refused(std::string_view address) const;
    std::int64_t time_left_ms() const;
    void set_request();
    void set_method_and_body();
    void set_headers();
    void set_limits(std::int64_t time_left_ms);
    void set_connection();
    void set_tls();
    void set_callbacks();
    HttpError explain(int curl_code) const;
    HttpError explain_connection(int curl_code) const;
    bool is_redirect() const;
    bool will_follow() const { return request_.follow_redirects && is_redirect(); }
    void read_status();
    BodyPiece offer(std::string_view piece);
    std::optional<HttpResult> follow(const std::string& location);
    HttpResponse take_response();

    HttpRequest request_;
    HttpDone done_;
    const std::function<void()> on_note_;
    std::shared_ptr<const EgressGuard> guard_;  // shared with the client, which may replace it
    const HttpClientOptions& options_;          // the client's; it outlives its transfers
    const Clock::time_point started_;

    void* easy_ = nullptr;
    void* header_list_ = nullptr;
    void* pinned_names_ = nullptr;
    Url url_;
    EgressTarget target_;
    std::string proxy_;  // of the present hop; "" is none
    std::size_t redirects_ = 0;

    // What the present hop has brought so far.
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    std::size_t body_bytes_ = 0;
    Clock::time_point last_piece_;  // or when the hop began
    bool has_last_piece_ = false;   // no more of the body is wanted
    bool body_too_large_ = false;
    bool headers_too_large_ = false;
    std::string refused_address_;
    bool opened_socket_ = false;
    std::string curl_message_;
};

}  // namespace swiftgrid::net

#pragma once

// The API of a running server, for commands that are told `--server`. Blocking, one request at a
// time. Answers may be of another version, or of no server of ours at all: read them with
// base/json_fields.h and list_at().

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/json.h"
#include "base/result.h"
#include "net/http_client.h"

namespace swiftgrid::app {

// For what the person who starts us names, and no flow: nothing is refused.
net::EgressGuard open_guard();

class ServerApi {
public:
    // `url` is where the server is, with its base path: "http://127.0.0.1:8080".
    ServerApi(std::string url, std::string token);

    // The object that was answered. An error says what the server said, or that it cannot be
    // reached.
    Result<json::object> get(const std::string& path) { return call("GET", path, ""); }
    Result<json::object> post(const std::string& path) { return call("POST", path, ""); }
    Result<json::object> post(const std::string& path, const json::object& body) {
        return call("POST", path, to_json(body));
    }
    Result<json::object> put(const std::string& path, const json::object& body) {
        return call("PUT", path, to_json(body));
    }
    Result<void> remove(const std::string& path);

    Result<std::string> get_text(const std::string& path) { return ask("GET", path, ""); }

    // For callers that read what is refused, too.
    struct Answer {
        int status = 0;
        std::string body;
        bool is_good() const { return status >= 200 && status <= 299; }
    };
    Result<Answer> send(const std::string& method, const std::string& path, std::string body);
    // Hands the body of a good answer on as it comes, however long it is; of another, it is in the
    // answer. What `take` refuses ends the request.
    using Take = std::function<Result<void>(std::string_view piece)>;
    Result<Answer> receive(const std::string& method, const std::string& path, const Take& take);
    // What to tell people about an answer that is not good.
    Error refusal_of(const Answer& answer) const;

    // Everything answers with 200 somewhere: an error when the member is missing.
    Result<json::object> with(std::string_view member, Result<json::object> answer) const;

    // For answers without what every server of ours answers.
    Error foreign(std::string_view why) const;

private:
    net::HttpRequest request_of(const std::string& method, const std::string& path) const;
    Result<Answer> wait_for(net::HttpRequest request);
    Result<std::string> ask(const std::string& method, const std::string& path, std::string body);
    Result<json::object> call(const std::string& method, const std::string& path, std::string body);

    std::string url_;
    std::string token_;
    boost::asio::io_context io_;
    std::unique_ptr<net::HttpClient> client_;
};

// The objects of a list; none where there is no list.
std::vector<json::object> list_at(const json::object& object, std::string_view name);

}  // namespace swiftgrid::app

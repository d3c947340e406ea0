#pragma once

// The API of a running server, for commands that are told `--server`. Blocking, one request at a
// time.

#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "base/json.h"
#include "base/result.h"
#include "net/http_client.h"

namespace swiftgrid::app {

class ServerApi {
public:
    // `url` is where the server is, with its base path: "http://127.0.0.1:8080".
    ServerApi(std::string url, std::string token);

    // The answer's JSON. An error says what the server said, or that it cannot be reached.
    Result<json::value> get(const std::string& path) { return call("GET", path); }
    Result<json::value> post(const std::string& path) { return call("POST", path); }

private:
    Result<json::value> call(const std::string& method, const std::string& path);

    std::string url_;
    std::string token_;
    boost::asio::io_context io_;
    std::unique_ptr<net::HttpClient> client_;
};

}  // namespace swiftgrid::app

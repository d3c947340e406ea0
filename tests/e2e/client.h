#pragma once

// The API as a client sees it. One object is one connection and belongs to one thread. With a
// contract every JSON answer is checked against /api/openapi.json, and a difference is a failure of
// the test that sent the request.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "server_process.h"

namespace swiftgrid::e2e {

class OpenApi;

struct Call {
    std::string method = "GET";
    std::string path;
    std::optional<std::string> body = {};
    std::vector<std::string> headers = {};  // "Name: value"
    bool with_token = true;
};

struct Answer {
    int status = 0;                              // 0: there was no answer
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;

    std::string header(const std::string& name) const;
    json::value json() const;  // throws when the body is not JSON
    // The member at a JSON pointer: a string as it is, everything else as JSON text.
    std::string text(const std::string& pointer) const;
    std::string code() const { return text("/code"); }
};

struct Frame {
    std::string event;
    std::string id;
    std::string data;
};

class Client {
public:
    explicit Client(const ServerProcess& server, const OpenApi* contract = nullptr);
    ~Client();

    Answer send(const Call& call);
    Answer get(const std::string& path) { return send({.path = path}); }
    Answer post(const std::string& path, const std::string& body = "{}",
                std::vector<std::string> headers = {});
    Answer put(const std::string& path, const std::string& body,
               std::vector<std::string> headers = {});
    Answer del(const std::string& path) { return send({.method = "DELETE", .path = path}); }

    // Reads server-sent events until the server closes or `enough` says so.
    std::vector<Frame> stream(const Call& call,
                              const std::function<bool(const Frame&)>& enough = {});
    std::vector<Frame> stream(const std::string& path, std::vector<std::string> headers = {},
                              const std::function<bool(const Frame&)>& enough = {}) {
        return stream({.path = path, .headers = std::move(headers)}, enough);
    }

    // Creates a flow of a document and gives its id.
    std::string create_flow(const std::string& document);
    // Starts it and gives the run's id.
    std::string start_run(const std::string& flow, const std::string& input = "null");
    // Waits for the end of a run and gives its status.
    std::string status_at_end(const std::string& run);
    // Every event of a run.
    json::array events(const std::string& run);

private:
    void prepare(const Call& call, void* headers);

    const ServerProcess& server_;
    const OpenApi* contract_;
    void* curl_;
};

}  // namespace swiftgrid::e2e

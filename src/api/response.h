#pragma once

// One HTTP answer as the route handlers give it: plain data. The server adds Content-Length, Date,
// X-Request-Id and the security headers.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "api/request.h"

namespace swiftgrid::api {

class Body {
public:
    Body() = default;
    Body(std::string text) : bytes_(std::move(text)) {}
    // Owners: the cache that made the text, and the answers under way.
    Body(std::shared_ptr<const std::string> shared) : bytes_(std::move(shared)) {}
    // Requires bytes that live as long as the process, such as an embedded file.
    static Body lasting(std::string_view bytes) {
        Body body;
        body.bytes_ = bytes;
        return body;
    }

    std::string_view view() const {
        if (const auto* text = std::get_if<std::string>(&bytes_)) return *text;
        if (const auto* lasting = std::get_if<std::string_view>(&bytes_)) return *lasting;
        return *std::get<std::shared_ptr<const std::string>>(bytes_);
    }

private:
    std::variant<std::string, std::string_view, std::shared_ptr<const std::string>> bytes_;
};

struct Response {
    int status = 200;
    std::vector<Header> headers = {};
    Body body = {};
};

// `json` is JSON text.
inline Response json_response(int status, std::string json) {
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
            .body = Body(std::move(json))};
}

inline Response empty_response(int status = 204) { return {.status = status}; }

}  // namespace swiftgrid::api

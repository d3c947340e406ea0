#include "api/starts.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace swiftgrid::api {
namespace {

Request start_with(std::string key) {
    Request request;
    request.path = "/api/flows/x/runs";
    if (!key.empty()) request.headers = {{"Idempotency-Key", std::move(key)}};
    return request;
}

TEST(KeyOfRequest, IsWholeOrRefused) {
    EXPECT_FALSE(key_of(start_with("")).value());
    EXPECT_EQ(key_of(start_with("\"mine\""))->value().key, "mine");
    const std::string longest(limits::idempotency_key_characters, 'k');
    EXPECT_EQ(key_of(start_with(longest))->value().key, longest);
    // Cut to what fits, it would be the same as the one before.
    EXPECT_EQ(key_of(start_with(longest + "2")).error().code, ErrorCode::bad_request);
}

}  // namespace
}  // namespace swiftgrid::api

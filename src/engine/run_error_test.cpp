#include "engine/run_error.h"

#include <gtest/gtest.h>

namespace swiftgrid::engine {
namespace {

TEST(RunError, LeavesOutWhatItDoesNotSay) {
    EXPECT_EQ(to_json_text(make_run_error("timeout", "too \"slow\"")).view(),
              R"({"code":"timeout","message":"too \"slow\""})");
}

TEST(RunError, IsReadBackAsItWasWritten) {
    RunError error = make_run_error("http_status", "500");
    error.node_id = "fetch";
    error.retryable = true;
    error.details = JsonText::trusted(R"({"status":500})");
    EXPECT_EQ(run_error_from(to_json_text(error).to_value()), error);
    EXPECT_EQ(run_error_from(to_json_text(make_run_error("a", "b")).to_value()),
              make_run_error("a", "b"));
}

TEST(RunError, IsEmptyWhenTheJsonIsNone) {
    EXPECT_EQ(run_error_from(json::value("x")), RunError());
    EXPECT_EQ(run_error_from(json::object{{"code", 1}, {"retryable", "yes"}}), RunError());
}

TEST(ErrorResult, HoldsTheErrorUnderItsName) {
    EXPECT_EQ(error_result(make_run_error("a", "b")).view(),
              R"({"error":{"code":"a","message":"b"}})");
}

}  // namespace
}  // namespace swiftgrid::engine

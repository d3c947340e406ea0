#include "api/http_metrics.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace swiftgrid::api {
namespace {

void serve(HttpMetrics& metrics, std::string method, int status, std::int64_t microseconds) {
    Request request;
    request.method = std::move(method);
    metrics.count({request, status, microseconds});
}

std::string text_of(const HttpMetrics& metrics) {
    return prometheus::TextSerializer().Serialize(metrics.collect());
}

bool has_line(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(HttpMetrics, CountByMethodAndStatus) {
    HttpMetrics metrics;
    serve(metrics, "GET", 200, 10);
    serve(metrics, "GET", 200, 10);
    serve(metrics, "POST", 202, 10);
    const std::string text = text_of(metrics);
    EXPECT_TRUE(has_line(text, R"(swiftgrid_http_requests_total{method="GET",code="200"} 2)"))
        << text;
    EXPECT_TRUE(has_line(text, R"(swiftgrid_http_requests_total{method="POST",code="202"} 1)"))
        << text;
    EXPECT_EQ(text.find("DELETE"), std::string::npos);
}

TEST(HttpMetrics, DoNotGrowWithWhatClientsMakeUp) {
    HttpMetrics metrics;
    for (const char* method : {"BREW", "get", ""}) serve(metrics, method, 405, 10);
    serve(metrics, "GET", 999, 10);
    const std::string text = text_of(metrics);
    EXPECT_TRUE(has_line(text, R"(swiftgrid_http_requests_total{method="other",code="405"} 3)"))
        << text;
    EXPECT_EQ(text.find("BREW"), std::string::npos);
}

TEST(HttpMetrics, SortDurationsIntoCumulativeBuckets) {
    HttpMetrics metrics;
    serve(metrics, "GET", 200, 1'000);  // a bound belongs to its bucket
    serve(metrics, "GET", 200, 1'001);
    serve(metrics, "GET", 200, 11'000'000);
    const std::string text = text_of(metrics);
    const std::string name = "swiftgrid_http_request_duration_seconds";
    EXPECT_TRUE(has_line(text, name + R"(_bucket{le="0.001"} 1)")) << text;
    EXPECT_TRUE(has_line(text, name + R"(_bucket{le="0.0025"} 2)")) << text;
    EXPECT_TRUE(has_line(text, name + R"(_bucket{le="10"} 2)")) << text;
    EXPECT_TRUE(has_line(text, name + R"(_bucket{le="+Inf"} 3)")) << text;
    EXPECT_TRUE(has_line(text, name + "_count 3")) << text;
    EXPECT_TRUE(has_line(text, name + "_sum 11.002001")) << text;
}

}  // namespace
}  // namespace swiftgrid::api

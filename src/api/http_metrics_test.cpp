#include "api/http_metrics.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace swiftgrid::api {
namespace {

void serve(HttpMetrics& metrics, std::string method, int status, std::int64_t microseconds,
           std::string route = "/api/flows") {
    Request request;
    request.method = std::move(method);
    request.route = std::move(route);
    metrics.count({request, status, microseconds});
}

std::string text_of(const HttpMetrics& metrics) {
    return prometheus::TextSerializer().Serialize(metrics.collect());
}

bool has_line(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

bool has_count(const std::string& text, const std::string& route, const std::string& method,
               const std::string& code, int count) {
    return has_line(text, "swiftgrid_http_requests_total{route=\"" + route + "\",method=\"" +
                              method + "\",code=\"" + code + "\"} " + std::to_string(count));
}

TEST(HttpMetrics, CountByRouteMethodAndStatus) {
    HttpMetrics metrics;
    serve(metrics, "GET", 200, 10);
    serve(metrics, "GET", 200, 10);
    serve(metrics, "POST", 202, 10, "/api/flows/{flowId}/runs");
    const std::string text = text_of(metrics);
    EXPECT_TRUE(has_count(text, "/api/flows", "GET", "200", 2)) << text;
    EXPECT_TRUE(has_count(text, "/api/flows/{flowId}/runs", "POST", "202", 1)) << text;
    EXPECT_EQ(text.find("DELETE"), std::string::npos);
}

TEST(HttpMetrics, DoNotGrowWithWhatClientsMakeUp) {
    HttpMetrics metrics;
    for (const char* method : {"BREW", "get", ""}) serve(metrics, method, 405, 10);
    serve(metrics, "GET", 999, 10);
    serve(metrics, "GET", 404, 10, "/made/up");
    serve(metrics, "GET", 404, 10, "");
    const std::string text = text_of(metrics);
    EXPECT_TRUE(has_count(text, "/api/flows", "other", "405", 3)) << text;
    EXPECT_TRUE(has_count(text, "other", "GET", "404", 2)) << text;
    EXPECT_EQ(text.find("BREW"), std::string::npos);
    EXPECT_EQ(text.find("999"), std::string::npos);
    EXPECT_EQ(text.find("made"), std::string::npos);
}

TEST(HttpMetrics, CountUnusualStatusesTogether) {
    HttpMetrics metrics;
    for (const int status : {418, 0, -7, 99, 600}) serve(metrics, "GET", status, 10);
    serve(metrics, "GET", 503, 10);
    const std::string text = text_of(metrics);
    EXPECT_TRUE(has_count(text, "/api/flows", "GET", "other", 5)) << text;
    EXPECT_TRUE(has_count(text, "/api/flows", "GET", "503", 1)) << text;
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

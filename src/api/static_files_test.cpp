#include "api/static_files.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "api/testing/server_fixture.h"
#include "api/web_assets.h"

namespace swiftgrid::api {
namespace {

using testing::RawClient;
using testing::RawResponse;

class StaticFiles : public testing::ServerFixture {
protected:
    // The binary may have been built without the web UI; then there is one page.
    RawResponse get(const std::string& path, const std::string& headers = "") {
        if (port_ == 0) {
            options_.base_path = base_path_;
            router_.set_fallback(make_static_files(base_path_));
            port_ = serve();
        }
        RawClient client(port_);
        client.request("GET " + path, headers + "\r\n");
        return client.read();
    }

    static const WebAsset* hashed_file() {
        const auto assets = web_assets();
        const auto found = std::ranges::find_if(assets, [](const WebAsset& asset) {
            return asset.path.starts_with("/_app/immutable/") && !asset.brotli.empty();
        });
        return found == assets.end() ? nullptr : &*found;
    }

    std::string base_path_;

private:
    std::uint16_t port_ = 0;
};

TEST_F(StaticFiles, GivesThePageForEveryPathOfTheApplication) {
    for (const char* path : {"/", "/index.html", "/flows/abc", "/runs/1?x=2", "/..%2f..%2fetc"}) {
        const RawResponse page = get(path);
        EXPECT_EQ(page.status, 200) << path;
        EXPECT_TRUE(page.has("Content-Type: text/html")) << path;
        EXPECT_TRUE(page.has("Cache-Control: no-cache\r\n")) << path;
        EXPECT_EQ(page.body.find("__SG_"), std::string::npos) << path;
    }
}

TEST_F(StaticFiles, NeverGivesThePageForTheApiOrAMissingFile) {
    for (const char* path : {"/api", "/api/nothing", "/hooks/x", "/mcp", "/metrics", "/healthz",
                             "/readyz", "/_app/immutable/missing.js"}) {
        const RawResponse missing = get(path);
        EXPECT_EQ(missing.status, 404) << path;
        EXPECT_TRUE(missing.has("application/problem+json")) << path;
    }
}

TEST_F(StaticFiles, StampsANewNonceIntoEveryScriptOfEveryAnswer) {
    const auto nonce_of = [](const RawResponse& page) {
        const std::size_t at = page.head.find("'nonce-");
        EXPECT_NE(at, std::string::npos) << page.head;
        return page.head.substr(at + 7, page.head.find('\'', at + 7) - at - 7);
    };
    const RawResponse first = get("/");
    const std::string nonce = nonce_of(first);
    EXPECT_GE(nonce.size(), 20U);
    EXPECT_NE(nonce, nonce_of(get("/")));
    std::size_t scripts = 0;
    std::size_t stamped = 0;
    for (std::size_t at = 0; (at = first.body.find("<script", at)) != std::string::npos; ++at) {
        ++scripts;
        stamped += first.body.compare(at, 15 + nonce.size(), "<script nonce=\"" + nonce) == 0;
    }
    EXPECT_EQ(stamped, scripts);
}

TEST_F(StaticFiles, PutsTheBasePathIntoThePage) {
    base_path_ = "/swiftgrid";
    const RawResponse page = get("/swiftgrid/flows");
    EXPECT_EQ(page.status, 200);
    if (!hashed_file()) GTEST_SKIP();
    EXPECT_NE(page.body.find("/swiftgrid/_app/"), std::string::npos);
    EXPECT_EQ(get("/swiftgrid" + std::string(hashed_file()->path)).status, 200);
}

TEST_F(StaticFiles, ServesHashedFilesCompressedAndForAYear) {
    const WebAsset* file = hashed_file();
    if (!file) GTEST_SKIP() << "built without the web UI";
    const std::string path(file->path);
    const RawResponse brotli = get(path, "Accept-Encoding: gzip, deflate, br\r\n");
    EXPECT_TRUE(brotli.has("Content-Encoding: br\r\n"));
    EXPECT_TRUE(brotli.has("Cache-Control: public, max-age=31536000, immutable\r\n"));
    EXPECT_TRUE(brotli.has("Vary: Accept-Encoding\r\n"));
    EXPECT_EQ(brotli.body.size(), file->brotli.size());
    EXPECT_TRUE(get(path, "Accept-Encoding: gzip\r\n").has("Content-Encoding: gzip\r\n"));
    const RawResponse plain = get(path, "Accept-Encoding: br;q=0\r\n");
    EXPECT_FALSE(plain.has("Content-Encoding"));
    EXPECT_EQ(plain.body.size(), file->identity.size());
}

TEST_F(StaticFiles, AnswersThatNothingChanged) {
    const WebAsset* file = hashed_file();
    if (!file) GTEST_SKIP() << "built without the web UI";
    const std::string path(file->path);
    const std::string etag(file->etag);
    EXPECT_TRUE(get(path).has("ETag: " + etag + "\r\n"));
    for (const std::string& known : {etag, "\"other\", W/" + etag, std::string("*")}) {
        const RawResponse unchanged = get(path, "If-None-Match: " + known + "\r\n");
        EXPECT_EQ(unchanged.status, 304) << known;
        EXPECT_FALSE(unchanged.has("Content-Length")) << known;
    }
    EXPECT_EQ(get(path, "If-None-Match: \"other\"\r\n").status, 200);
}

}  // namespace
}  // namespace swiftgrid::api

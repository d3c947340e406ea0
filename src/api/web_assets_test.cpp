#include "api/web_assets.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace swiftgrid::api {
namespace {

TEST(WebAssets, AreSortedByPathWithoutRepetition) {
    const auto assets = web_assets();
    ASSERT_FALSE(assets.empty());
    EXPECT_EQ(std::ranges::adjacent_find(assets, std::ranges::greater_equal{}, &WebAsset::path),
              assets.end());
}

TEST(WebAssets, EveryAssetIsFoundByItsPath) {
    for (const auto& asset : web_assets()) EXPECT_EQ(find_web_asset(asset.path), &asset);
}

TEST(WebAssets, AnUnknownPathIsNotFound) {
    EXPECT_EQ(find_web_asset(""), nullptr);
    EXPECT_EQ(find_web_asset("/index.htm"), nullptr);
    EXPECT_EQ(find_web_asset("/~"), nullptr);
}

TEST(WebAssets, TheIndexPageIsHtmlWithAnEtag) {
    const auto* page = find_web_asset("/index.html");
    ASSERT_NE(page, nullptr);
    EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
    EXPECT_EQ(page->etag.front(), '"');
    EXPECT_EQ(page->etag.back(), '"');
    const std::string_view text(reinterpret_cast<const char*>(page->identity.data()),
                                page->identity.size());
    EXPECT_NE(text.find("</html>"), std::string_view::npos);
}

TEST(WebAssets, ACompressedFormIsSmallerThanTheFileAndOfItsOwnFormat) {
    for (const auto& asset : web_assets()) {
        if (!asset.brotli.empty()) {
            EXPECT_LT(asset.brotli.size(), asset.identity.size()) << asset.path;
        }
        if (asset.gzip.empty()) continue;
        EXPECT_LT(asset.gzip.size(), asset.identity.size()) << asset.path;
        EXPECT_EQ(asset.gzip[0], std::byte{0x1f}) << asset.path;
        EXPECT_EQ(asset.gzip[1], std::byte{0x8b}) << asset.path;
    }
}

}  // namespace
}  // namespace swiftgrid::api

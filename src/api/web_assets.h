#pragma once

// The web UI inside the binary: every file of web/build, as it is and precompressed, in read-only
// memory for the life of the process. Filled at build time (cmake/embed_web.cmake); when the web UI
// was not built it holds one page that says how to. Only the bytes of "/index.html" may be
// rewritten by the caller on their way out (base path and CSP nonce); the others are served as is.

#include <cstddef>
#include <span>
#include <string_view>

namespace swiftgrid::api {

struct WebAsset {
    std::string_view path;          // "/index.html", "/_app/immutable/..."
    std::string_view content_type;  // with charset where it is text
    std::span<const std::byte> identity;
    std::span<const std::byte> brotli;  // empty when the file is not worth compressing
    std::span<const std::byte> gzip;    // empty when the file is not worth compressing
    std::string_view etag;              // quoted, of the identity bytes
};

// Every asset, sorted by path.
std::span<const WebAsset> web_assets();

// `path` is a URL path below the base path, already decoded; null when there is no such file.
const WebAsset* find_web_asset(std::string_view path);

}  // namespace swiftgrid::api

#pragma once

// The embedded web UI over HTTP. Files with hashed names are kept by browsers for a year, the rest
// is asked for again by ETag; the variant is chosen by Accept-Encoding. Paths of no file are pages
// of the single-page application and get index.html, but a missing file of the build gets 404,
// never HTML. index.html is rewritten on its way out: base path and CSP nonce.

#include <string>

#include "api/router.h"

namespace swiftgrid::api {

// The router's fallback. `base_path` is "" or "/swiftgrid".
Handler make_static_files(const std::string& base_path);

}  // namespace swiftgrid::api

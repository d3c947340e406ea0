#include "api/static_files.h"

#include <array>

#include <sodium/randombytes.h>

#include "api/problem.h"
#include "api/web_assets.h"
#include "base/base64.h"

namespace swiftgrid::api {
namespace {

constexpr std::string_view base_marker = "/__SG_BASE__";
constexpr std::string_view nonce_marker = "__SG_NONCE__";

std::string_view text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// A token of the header with a quality that is not zero.
bool accepts_encoding(const Request& request, std::string_view encoding) {
    std::string_view header = request.header("Accept-Encoding").value_or("");
    while (!header.empty()) {
        const std::size_t comma = std::min(header.find(','), header.size());
        std::string_view part = header.substr(0, comma);
        header.remove_prefix(std::min(comma + 1, header.size()));
        while (part.starts_with(' ')) part.remove_prefix(1);
        const std::size_t end = std::min(part.find_first_of("; "), part.size());
        if (part.substr(0, end) != encoding) continue;
        const std::string_view quality = part.substr(end);
        return quality.find("q=0") == std::string_view::npos ||
               quality.find_first_of("123456789") != std::string_view::npos;
    }
    return false;
}

// If-None-Match is a list, and a proxy that compressed may have made our tag a weak one.
bool is_known(const Request& request, std::string_view etag) {
    const std::string_view known = request.header("If-None-Match").value_or("");
    return known == "*" || known.find(etag) != std::string_view::npos;
}

bool is_api_path(std::string_view path) {
    for (std::string_view prefix : {"/api", "/hooks", "/mcp", "/metrics", "/healthz", "/readyz"}) {
        if (path == prefix || path.starts_with(std::string(prefix) + "/")) return true;
    }
    return false;
}

Response asset_response(const Request& request, const WebAsset& asset) {
    const bool is_immutable = asset.path.starts_with("/_app/immutable/");
    Response response;
    response.headers = {
        {"Cache-Control", is_immutable ? "public, max-age=31536000, immutable" : "no-cache"},
        {"ETag", std::string(asset.etag)},
        {"Vary", "Accept-Encoding"},
    };
    if (is_known(request, asset.etag)) {
        response.status = 304;
        return response;
    }
    response.headers.push_back({"Content-Type", std::string(asset.content_type)});
    std::span<const std::byte> bytes = asset.identity;
    if (!asset.brotli.empty() && accepts_encoding(request, "br")) {
        bytes = asset.brotli;
        response.headers.push_back({"Content-Encoding", "br"});
    } else if (!asset.gzip.empty() && accepts_encoding(request, "gzip")) {
        bytes = asset.gzip;
        response.headers.push_back({"Content-Encoding", "gzip"});
    }
    response.body = Body::lasting(text_of(bytes));
    return response;
}

std::string make_nonce() {
    std::array<std::uint8_t, 16> bytes;
    randombytes_buf(bytes.data(), bytes.size());
    return to_base64(bytes, Base64::url);
}

// Styles may be inline: CodeMirror injects them and Svelte Flow positions nodes with them.
std::string content_security_policy(const std::string& nonce) {
    return "default-src 'self'; script-src 'self' 'nonce-" + nonce +
           "'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
           "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
           "object-src 'none'";
}

// What does not change between requests is replaced once.
std::string prepared_index(const std::string& base_path) {
    const WebAsset* index = find_web_asset("/index.html");
    if (!index) return "";
    std::string html(text_of(index->identity));
    replace_all(html, base_marker, base_path);
    replace_all(html, "<script", "<script nonce=\"" + std::string(nonce_marker) + "\"");
    return html;
}

Response index_response(const std::string& prepared) {
    const std::string nonce = make_nonce();
    std::string html = prepared;
    replace_all(html, nonce_marker, nonce);
    Response response;
    response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", content_security_policy(nonce)}};
    response.body = Body(std::move(html));
    return response;
}

}  // namespace

Handler make_static_files(const std::string& base_path) {
    return [index = prepared_index(base_path)](const Request& request, const Responder& respond) {
        const auto path = percent_decode(request.path);
        if (!path || is_api_path(*path) || index.empty()) {
            respond(problem_response(
                request,
                Error{ErrorCode::not_found, "there is nothing at " + request.path.substr(0, 200)}));
            return;
        }
        const WebAsset* asset = *path == "/index.html" ? nullptr : find_web_asset(*path);
        if (asset)
            respond(asset_response(request, *asset));
        else if (path->starts_with("/_app/"))
            respond(problem_response(
                request, Error{ErrorCode::not_found, "this file is not part of the web UI"}));
        else
            respond(index_response(index));
    };
}

}  // namespace swiftgrid::api

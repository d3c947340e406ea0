#pragma once

// URLs as the WHATWG URL standard parses, changes and writes them. (`net` has curl's reading of
// them, which is what requests follow.)

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swiftgrid::sandbox {

struct UrlRecord {
    std::string scheme;
    std::string username;
    std::string password;
    std::optional<std::string> host;  // as it is written: "[::1]"
    std::optional<std::uint16_t> port;
    bool has_opaque_path = false;
    std::string opaque_path;
    std::vector<std::string> path;
    std::optional<std::string> query;
    std::optional<std::string> fragment;

    bool is_special() const;
    bool has_credentials() const { return !username.empty() || !password.empty(); }

    std::string pathname() const;
    std::string origin() const;
    std::string href() const;
};

std::optional<UrlRecord> parse_url(std::string_view input, const UrlRecord* base = nullptr);

// What the setters of the class URL change. A value that does not fit changes nothing.
enum class UrlPart : std::uint8_t {
    protocol,
    username,
    password,
    host,
    hostname,
    port,
    pathname,
    search,
    hash
};
void set_url_part(UrlRecord& url, UrlPart part, std::string_view value);

// application/x-www-form-urlencoded
using FormPairs = std::vector<std::pair<std::string, std::string>>;
FormPairs parse_form(std::string_view text);
std::string write_form(const FormPairs& pairs);

}  // namespace swiftgrid::sandbox

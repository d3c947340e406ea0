#pragma once

// Reads the text of a URL into a record, part by part: what the standard describes as a machine of
// states that looks at one character at a time.

#include <optional>
#include <string>
#include <string_view>

#include "sandbox/globals/url_record.h"

namespace swiftgrid::sandbox {

// What comes before `c`; the rest goes to `after`.
std::string_view cut_at(std::string_view text, char c, std::optional<std::string_view>& after);

// "http" of "http:…"; the rest stays in `text`.
std::optional<std::string> take_scheme(std::string_view& text);

class UrlReader {
public:
    // Both must outlive it.
    explicit UrlReader(UrlRecord& url, const UrlRecord* base = nullptr) : url_(url), base_(base) {}

    // False when the text is no URL.
    bool read(std::string_view text);

    void set_query(std::string_view text);
    void set_fragment(std::string_view text);
    bool read_host(std::string_view text);
    bool read_file_host(std::string_view text);
    // Digits only; nothing is kept of one that is the scheme's own.
    bool read_port(std::string_view text);
    // From the slash on, where there is one.
    void read_path(std::string_view text);

private:
    bool is_slash(char c) const { return c == '/' || (c == '\\' && url_.is_special()); }
    std::size_t slash_in(std::string_view text) const;  // its size when there is none
    std::string_view without_slashes(std::string_view text) const;

    bool read_from_scheme(std::string_view text, bool has_query, bool has_fragment);
    bool read_without_scheme(std::string_view text, bool has_query, bool has_fragment);
    void read_opaque_path(std::string_view text, bool is_last);
    bool read_relative(std::string_view text, bool has_query);
    void take_authority_of_base();
    void take_path_of_base(std::string_view text, bool has_query);
    bool read_authority(std::string_view text);
    void read_credentials(std::string_view text);
    bool read_host_and_port(std::string_view text);
    bool read_file(std::string_view text, bool has_query);
    bool read_file_after_slash(std::string_view text);
    void shorten_path();
    void read_segments(std::string_view text);
    void read_segment(std::string_view text, bool is_last);

    UrlRecord& url_;
    const UrlRecord* base_;
};

}  // namespace swiftgrid::sandbox

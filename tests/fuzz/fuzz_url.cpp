// Hostile texts as URLs, bases and parts that are set: refused, or a URL that reads back as itself.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "sandbox/globals/url_record.h"

using namespace swiftgrid;
using namespace swiftgrid::sandbox;

namespace {

void check(const UrlRecord& url) {
    const std::string href = url.href();
    const auto again = parse_url(href);
    SG_ASSERT(again && again->href() == href, "a URL that we write, we read back");
    SG_ASSERT(again->origin() == url.origin(), "its origin too");
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\x01');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

}  // namespace

// Input, base, value and part, divided by the byte 1.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view input = take_line(rest);
    const std::string_view base_text = take_line(rest);
    const std::string_view value = take_line(rest);
    const auto base = parse_url(base_text);
    auto url = parse_url(input, base ? &*base : nullptr);
    if (url) check(*url);
    if (url && !rest.empty()) {
        set_url_part(*url, static_cast<UrlPart>(static_cast<unsigned char>(rest[0]) % 9), value);
        check(*url);
    }
    const FormPairs pairs = parse_form(input);
    SG_ASSERT(parse_form(write_form(pairs)) == pairs, "a form that we write, we read back");
    return 0;
}

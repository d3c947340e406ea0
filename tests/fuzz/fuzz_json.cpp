// Hostile bytes as JSON: refused, or read so that every form of the value says the same.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "base/json.h"

using namespace swiftgrid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto text = JsonText::parse(bytes);
    const auto tree = parse_json(bytes);
    SG_ASSERT(text.has_value() == tree.has_value(), "both readers accept the same documents");
    if (!text) return 0;

    const auto again = JsonText::parse(text->view());
    SG_ASSERT(again && *again == *text, "minified text is a fixed point");
    const std::string canonical = canonical_json(*tree);
    const auto reread = parse_json(canonical);
    SG_ASSERT(reread && canonical_json(*reread) == canonical, "canonical text is a fixed point");

    if (text->kind() == JsonKind::object) {
        for (const auto& name : text->member_names(16))
            SG_ASSERT(text->child(name).has_value(), "a member that is named is there");
    }
    (void)text->child(std::size_t{0});
    (void)text->as_plain_text();
    return 0;
}

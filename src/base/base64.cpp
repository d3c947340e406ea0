#include "base/base64.h"

#include <sodium/utils.h>

namespace swiftgrid {
namespace {

int variant_of(Base64 alphabet) {
    return alphabet == Base64::standard ? sodium_base64_VARIANT_ORIGINAL
                                        : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes, Base64 alphabet) {
    const int variant = variant_of(alphabet);
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back();  // the terminating zero
    return text;
}

std::string to_base64(std::string_view bytes, Base64 alphabet) {
    return to_base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, alphabet);
}

bool from_base64(std::string_view text, std::span<std::uint8_t> bytes, Base64 alphabet) {
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(),
                                         nullptr, &size, &end, variant_of(alphabet));
    return failed == 0 && size == bytes.size() && end == text.data() + text.size();
}

}  // namespace swiftgrid

#include "sandbox/wire.h"

#include "sandbox/utf8.h"

namespace swiftgrid::sandbox {

void WireWriter::text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    out_.append(text);
}

void WireWriter::text_with_zero(std::string_view with_zero) {
    text(with_zero);
    out_.push_back('\0');
}

std::size_t WireWriter::begin_frame() {
    const std::size_t begin = out_.size();
    number(std::uint32_t{0});
    return begin;
}

void WireWriter::end_frame(std::size_t begin) {
    const auto size = static_cast<std::uint32_t>(out_.size() - begin - frame_head_bytes);
    std::memcpy(out_.data() + begin, &size, sizeof size);
}

std::string_view WireReader::text() {
    const auto size = number<std::uint32_t>();
    if (!ok_ || rest_.size() < size) {
        ok_ = false;
        return {};
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
}

std::string_view WireReader::text_with_zero() {
    const std::string_view with_zero = text();
    if (number<char>() != '\0') ok_ = false;
    return ok_ ? with_zero : std::string_view{};
}

Result<std::optional<std::string_view>> next_frame(std::string_view buffer, std::size_t bytes_max) {
    if (buffer.size() < frame_head_bytes) return std::nullopt;
    std::uint32_t size = 0;
    std::memcpy(&size, buffer.data(), sizeof size);
    if (size > bytes_max) return fail(ErrorCode::too_large, "a frame is larger than allowed");
    if (buffer.size() - frame_head_bytes < size) return std::nullopt;
    return buffer.substr(frame_head_bytes, size);
}

std::string_view to_string(LogLevel level) {
    switch (level) {
        case LogLevel::log: return "log";
        case LogLevel::info: return "info";
        case LogLevel::warn: return "warn";
        case LogLevel::error: return "error";
        case LogLevel::debug: return "debug";
    }
    return "log";
}

}  // namespace swiftgrid::sandbox

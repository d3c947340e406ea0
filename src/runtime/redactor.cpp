#include "runtime/redactor.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/base64.h"
#include "base/limits.h"

namespace swiftgrid::runtime {
namespace {

// Shorter ones would be found everywhere.
constexpr std::size_t form_bytes_min = 6;

std::size_t first_two(std::string_view text) {
    return static_cast<std::size_t>(static_cast<unsigned char>(text[0])) << 8U |
           static_cast<unsigned char>(text[1]);
}

// Inside a longer text that was encoded a secret may begin at any of three offsets; only the
// characters that are made of the secret alone are the same every time.
void append_base64(std::vector<std::string>& forms, std::string_view secret) {
    for (const Base64 alphabet : {Base64::standard, Base64::url}) {
        for (std::size_t offset = 0; offset < 3; ++offset) {
            const std::string encoded =
                to_base64(std::string(offset, 'x') + std::string(secret), alphabet);
            const std::size_t begin = (offset * 8 + 5) / 6;
            const std::size_t end = (offset + secret.size()) * 8 / 6;
            forms.push_back(encoded.substr(begin, end - begin));
        }
    }
}

std::string json_escaped(std::string_view secret) {
    std::string quoted;
    append_json_string(quoted, secret);
    return quoted.substr(1, quoted.size() - 2);
}

std::string percent_encoded(std::string_view secret) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string text;
    for (const char c : secret) {
        if (unreserved.find(c) != std::string_view::npos)
            text += c;
        else
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return text;
}

}  // namespace

Redactor::Redactor(std::span<const std::string> secrets) {
    for (const std::string& secret : secrets) {
        forms_.push_back(secret);
        forms_.push_back(json_escaped(secret));
        forms_.push_back(percent_encoded(secret));
        append_base64(forms_, secret);
    }
    std::erase_if(forms_, [](const std::string& form) { return form.size() < form_bytes_min; });
    std::ranges::sort(forms_, [](const std::string& a, const std::string& b) {
        if (first_two(a) != first_two(b)) return first_two(a) < first_two(b);
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    forms_.erase(std::ranges::unique(forms_).begin(), forms_.end());
    if (forms_.empty()) return;
    shortest_ = std::ranges::min(forms_, {}, &std::string::size).size();
    may_begin_.resize(std::size_t{1} << 16U);
    for (const std::string& form : forms_) may_begin_[first_two(form)] = 1;
}

std::string_view Redactor::match_at(std::string_view text) const {
    const std::size_t begin = first_two(text);
    auto form = std::ranges::lower_bound(forms_, begin, {},
                                         [](const std::string& each) { return first_two(each); });
    for (; form != forms_.end() && first_two(*form) == begin; ++form)
        if (text.starts_with(*form)) return *form;
    return {};
}

std::optional<std::string> Redactor::redact(std::string_view text) const {
    if (forms_.empty() || text.size() < shortest_) return std::nullopt;
    std::optional<std::string> out;
    std::size_t copied = 0;
    const std::size_t end = text.size() - shortest_;
    for (std::size_t i = 0; i <= end; ++i) {
        if (may_begin_[first_two(text.substr(i))] == 0) continue;
        const std::string_view found = match_at(text.substr(i));
        if (found.empty()) continue;
        if (!out) out.emplace();
        out->append(text, copied, i - copied);
        *out += limits::redacted_text;
        copied = i + found.size();
        i = copied - 1;
    }
    if (out) out->append(text, copied);
    return out;
}

void Redactor::redact_in(std::string& text) const {
    if (auto redacted = redact(text)) text = std::move(*redacted);
}

void Redactor::redact_in(JsonText& value) const {
    auto redacted = redact(value.view());
    if (!redacted) return;
    // Characters of a short secret may have been part of an escape or of the JSON itself.
    auto parsed = JsonText::parse(*redacted);
    value = parsed ? std::move(*parsed) : JsonText::string(limits::redacted_text);
}

}  // namespace swiftgrid::runtime

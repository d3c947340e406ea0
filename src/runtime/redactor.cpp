#include "runtime/redactor.h"

#include <algorithm>

#include "base/base64.h"
#include "base/limits.h"
#include "runtime/redacted_stream.h"
#include "runtime/text_scan.h"

namespace swiftgrid::runtime {
namespace {

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

// What text_scan.h does not see by itself.
std::vector<std::string> forms_of(std::span<const std::string> secrets) {
    std::vector<std::string> forms;
    for (const std::string& secret : secrets) {
        forms.push_back(secret);
        append_base64(forms, secret);
        // A form of a web page writes blanks so.
        if (secret.contains(' ')) std::ranges::replace(forms.emplace_back(secret), ' ', '+');
        if (!secret.contains('\\')) continue;
        forms.push_back(without_backslash_escapes(secret));
        forms.push_back(json_escaped(secret));  // should the other be too short
    }
    std::erase_if(
        forms, [](const std::string& form) { return form.size() < limits::secret_characters_min; });
    return forms;
}

// The end of the string that begins at `begin` with a quote.
std::size_t end_of_string(std::string_view json, std::size_t begin) {
    std::size_t i = begin + 1;
    while (json[i] != '"') i += json[i] == '\\' ? 2 : 1;
    return i + 1;
}

bool is_structure(char c) {
    return c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':';
}

// The end of the string, number or name that begins here, or of one character between them.
std::size_t end_of_token(std::string_view json, std::size_t begin) {
    if (json[begin] == '"') return end_of_string(json, begin);
    std::size_t end = begin + 1;
    if (is_structure(json[begin])) return end;
    while (end < json.size() && !is_structure(json[end])) ++end;
    return end;
}

}  // namespace

Redactor::Redactor(std::span<const std::string> secrets) : patterns_(forms_of(secrets)) {}

std::optional<std::string> Redactor::redact(std::string_view text) const {
    if (patterns_.empty()) return std::nullopt;
    auto found = find_all(patterns_, text);
    if (found.empty()) return std::nullopt;
    return masked(text, std::move(found));
}

void Redactor::redact_in(std::string& text) const {
    if (auto redacted = redact(text)) text = std::move(*redacted);
}

void Redactor::redact_in(JsonText& value) const {
    if (patterns_.empty()) return;
    const std::string_view json = value.view();
    const bool is_found = !find_all(patterns_, json).empty();
    // A string with an escape may hold a text with escapes of its own.
    if (!is_found && !json.contains('\\')) return;
    auto redacted = redact_tokens(json);
    const std::string_view left = redacted ? std::string_view(*redacted) : json;
    // It reaches over a quote or a comma: there is no part that could be taken out.
    if (is_found && !find_all(patterns_, left).empty())
        value = JsonText::string(limits::redacted_text);
    else if (redacted)
        value = JsonText::trusted(std::move(*redacted));
}

// Each string as it is meant, each number as it is written.
std::optional<std::string> Redactor::redact_tokens(std::string_view json) const {
    std::optional<std::string> out;
    std::size_t copied = 0;
    for (std::size_t begin = 0, end = 0; begin < json.size(); begin = end) {
        end = end_of_token(json, begin);
        const std::string_view token = json.substr(begin, end - begin);
        if (token.size() < limits::secret_characters_min) continue;
        const bool has_escapes = token.front() == '"' && token.contains('\\');
        const auto redacted = has_escapes
                                  ? redact(JsonText::trusted(std::string(token)).as_plain_text())
                              : token.front() == '"' ? redact(token.substr(1, token.size() - 2))
                                                     : redact(token);
        if (!redacted) continue;
        if (!out) out.emplace();
        out->append(json, copied, begin - copied);
        append_json_string(*out, *redacted);
        copied = end;
    }
    if (out) out->append(json, copied);
    return out;
}

}  // namespace swiftgrid::runtime

#include "observe/trace_settings.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/hex.h"
#include "base/limits.h"

namespace swiftgrid::observe {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string_view without_blanks(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_escape = text[i] == '%' && i + 2 < text.size() &&
                               hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
        if (!is_escape) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
        i += 2;
    }
    return out;
}

// "name=value,name=value", values percent-encoded, as W3C Baggage has it.
Result<Pairs> read_pairs(const char* name, std::string_view text) {
    Pairs pairs;
    while (!text.empty()) {
        const auto end = std::min(text.find(','), text.size());
        const std::string_view pair = without_blanks(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        // The value is not shown: it may be a secret.
        if (equals == std::string_view::npos || equals == 0)
            return fail(ErrorCode::bad_request,
                        fmt::format("{} must be a list like name=value,name=value", name));
        pairs.emplace_back(without_blanks(pair.substr(0, equals)),
                           percent_decoded(without_blanks(pair.substr(equals + 1))));
    }
    return pairs;
}

Result<std::int64_t> read_number(const Environment& environment, const char* name,
                                 std::int64_t otherwise, std::int64_t most) {
    const std::string text = environment(name);
    if (text.empty()) return otherwise;
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number = read.ec == std::errc() && read.ptr == text.data() + text.size();
    if (!is_number || number < 1 || number > most)
        return fail(ErrorCode::bad_request,
                    fmt::format("{} must be a number from 1 to {}; found '{}'", name, most, text));
    return number;
}

// The first of the two that is set; the general one comes last.
std::string either(const Environment& environment, const char* name, const char* general) {
    std::string value = environment(name);
    return value.empty() ? environment(general) : value;
}

std::string url_of(const Environment& environment) {
    std::string url = environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
    if (!url.empty()) return url;
    url = environment("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (url.empty()) return "";
    while (url.ends_with('/')) url.pop_back();
    return url + "/v1/traces";
}

Result<void> read_resource(const Environment& environment, const std::string& version,
                           TraceSettings& settings) {
    auto pairs = read_pairs("OTEL_RESOURCE_ATTRIBUTES", environment("OTEL_RESOURCE_ATTRIBUTES"));
    if (!pairs) return std::unexpected(pairs.error());
    std::string service = environment("OTEL_SERVICE_NAME");
    for (auto& [name, value] : *pairs) {
        if (name == "service.name") {
            if (service.empty()) service = std::move(value);
        } else if (name != "service.version") {
            settings.resource.emplace_back(name, attribute_text(value));
        }
    }
    settings.resource.emplace_back("service.name", service.empty() ? "swiftgrid" : service);
    settings.resource.emplace_back("service.version", version);
    return {};
}

Result<void> read_numbers(const Environment& environment, TraceSettings& settings) {
    constexpr std::int64_t hour_ms = 3'600'000;
    constexpr std::int64_t spans_most = 1'000'000;
    auto delay =
        read_number(environment, "OTEL_BSP_SCHEDULE_DELAY", limits::trace_delay_ms, hour_ms);
    if (!delay) return std::unexpected(delay.error());
    const bool has_own = !environment("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT").empty();
    auto time = read_number(
        environment, has_own ? "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT" : "OTEL_EXPORTER_OTLP_TIMEOUT",
        limits::trace_request_ms, hour_ms);
    if (!time) return std::unexpected(time.error());
    auto portion = read_number(environment, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                               limits::trace_spans_per_request, spans_most);
    if (!portion) return std::unexpected(portion.error());
    auto waiting = read_number(environment, "OTEL_BSP_MAX_QUEUE_SIZE", limits::trace_spans_waiting,
                               spans_most);
    if (!waiting) return std::unexpected(waiting.error());
    settings.delay_ms = *delay;
    settings.request_ms = *time;
    settings.spans_waiting = static_cast<std::size_t>(*waiting);
    settings.spans_per_request =
        std::min(static_cast<std::size_t>(*portion), settings.spans_waiting);
    return {};
}

}  // namespace

Result<std::optional<TraceSettings>> read_trace_settings(const Environment& environment,
                                                         const std::string& version) {
    TraceSettings settings;
    settings.url = url_of(environment);
    const bool is_off =
        environment("OTEL_SDK_DISABLED") == "true" || environment("OTEL_TRACES_EXPORTER") == "none";
    if (settings.url.empty() || is_off) return std::nullopt;
    if (!settings.url.starts_with("http://") && !settings.url.starts_with("https://"))
        return fail(ErrorCode::bad_request,
                    "OTEL_EXPORTER_OTLP_ENDPOINT must be a URL with http:// or https://, such as "
                    "http://localhost:4318; found '" +
                        attribute_url(settings.url) + "'");
    const std::string protocol =
        either(environment, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
    if (!protocol.empty() && protocol != "http/json")
        return fail(ErrorCode::bad_request,
                    "OTEL_EXPORTER_OTLP_PROTOCOL must be http/json, which is what is spoken here, "
                    "or not set; found '" +
                        protocol + "'");
    auto headers = read_pairs(
        "OTEL_EXPORTER_OTLP_HEADERS",
        either(environment, "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"));
    if (!headers) return std::unexpected(headers.error());
    settings.headers = *std::move(headers);
    auto sampler =
        Sampler::parse(environment("OTEL_TRACES_SAMPLER"), environment("OTEL_TRACES_SAMPLER_ARG"));
    if (!sampler) return std::unexpected(sampler.error());
    settings.sampler = *sampler;
    if (auto read = read_resource(environment, version, settings); !read)
        return std::unexpected(read.error());
    if (auto read = read_numbers(environment, settings); !read)
        return std::unexpected(read.error());
    return settings;
}

}  // namespace swiftgrid::observe

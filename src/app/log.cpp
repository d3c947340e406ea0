#include "app/log.h"

#include <cstdio>

#include <unistd.h>

#include "runtime/clock.h"

namespace swiftgrid::app {

Log::Log(LogFormat format)
    : is_json_(format == LogFormat::json ||
               (format == LogFormat::automatic && ::isatty(STDERR_FILENO) != 1)) {}

Log Log::with_redaction(std::function<void(std::string&)> redact) const {
    Log log = *this;
    log.redact_ = std::move(redact);
    return log;
}

void Log::operator()(LogLevel level, std::string message, LogFields fields) const {
    observe::LogLine line{runtime::SystemClock().now(), level, std::move(message),
                          std::move(fields)};
    if (redact_) {
        redact_(line.message);
        for (auto& [name, value] : line.fields) redact_(value);
    }
    const std::string text = is_json_ ? observe::json_line(line) : observe::text_line(line);
    std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace swiftgrid::app

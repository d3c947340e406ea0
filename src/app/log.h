#pragma once

// What the process tells its operator: one line per event on standard error, text on a terminal and
// JSON otherwise, unless a form is asked for. Never data of runs, and secrets are taken out.

#include <cstdint>
#include <functional>
#include <string>

#include "observe/log_line.h"

namespace swiftgrid::app {

using observe::LogFields;
using observe::LogLevel;

enum class LogFormat : std::uint8_t { automatic, text, json };

// Cheap to copy. Any thread.
class Log {
public:
    explicit Log(LogFormat format = LogFormat::automatic);

    // The same, with every text passed through `redact` before it is written.
    Log with_redaction(std::function<void(std::string&)> redact) const;

    void operator()(LogLevel level, std::string message, LogFields fields = {}) const;

private:
    bool is_json_ = false;
    std::function<void(std::string&)> redact_;
};

}  // namespace swiftgrid::app

#include "store/run_codes.h"

#include <array>
#include <span>

#include "base/assert.h"

namespace swiftgrid::store {
namespace {

constexpr std::array<std::string_view, 6> statuses = {"pending",   "running", "suspended",
                                                      "completed", "failed",  "cancelled"};
constexpr std::array<std::string_view, 7> triggers = {"manual", "webhook", "cron", "subflow",
                                                      "map",    "replay",  "mcp"};
static_assert(statuses[status_completed] == "completed");

std::optional<int> find(std::span<const std::string_view> names, std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<int>(i);
    }
    return std::nullopt;
}

std::string text_of(std::span<const std::string_view> names, int code) {
    const auto index = static_cast<std::size_t>(code);
    return index < names.size() ? std::string(names[index]) : "unknown";
}

}  // namespace

std::optional<int> find_status_code(std::string_view status) { return find(statuses, status); }
std::optional<int> find_trigger_code(std::string_view trigger) { return find(triggers, trigger); }
std::string status_text(int code) { return text_of(statuses, code); }
std::string trigger_text(int code) { return text_of(triggers, code); }

std::vector<int> trigger_codes(bool of_children) {
    std::vector<int> codes;
    for (const std::string_view name : triggers)
        if ((name == "subflow" || name == "map") == of_children)
            codes.push_back(trigger_code(name));
    return codes;
}

int status_code(std::string_view status) {
    const auto code = find_status_code(status);
    SG_ASSERT(code.has_value(), "the status of a run is one of six names");
    return *code;
}

int trigger_code(std::string_view trigger) {
    const auto code = find_trigger_code(trigger);
    SG_ASSERT(code.has_value(), "the trigger of a run is one of seven names");
    return *code;
}

}  // namespace swiftgrid::store

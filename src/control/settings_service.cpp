#include "control/settings_service.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

json::array entries_only_in(const json::array& list, const json::array& other) {
    json::array only;
    for (const json::value& entry : list)
        if (std::ranges::find(other, entry) == other.end()) only.push_back(entry);
    return only;
}

// For the audit log. A list may be long: only what has changed of it is told.
json::object difference(const json::value& from, const json::value& to) {
    if (!from.is_array() || !to.is_array()) return {{"from", from}, {"to", to}};
    return {{"added", entries_only_in(to.get_array(), from.get_array())},
            {"removed", entries_only_in(from.get_array(), to.get_array())}};
}

}  // namespace

SettingsService::SettingsService(Parts parts, std::vector<Setting> settings)
    : parts_(std::move(parts)) {
    for (Setting& setting : settings) {
        json::value value = setting.fallback;
        known_.push_back({std::move(setting), std::move(value)});
    }
}

Result<void> SettingsService::load() {
    const std::lock_guard lock(mutex_);
    for (Known& known : known_) {
        const auto stored = parts_.catalog.get_setting(known.setting.name);
        if (!stored) return std::unexpected(stored.error());
        if (*stored) {
            const auto value = parse_json(**stored);
            auto read =
                value ? known.setting.read(*value) : std::unexpected(std::vector<model::Problem>());
            if (read)
                known.value = *std::move(read);
            else
                parts_.warn(
                    fmt::format("the setting '{}' cannot be understood and does not hold: {}",
                                known.setting.name, **stored));
        }
        known.setting.apply(known.value);
    }
    return {};
}

Answer<std::string> SettingsService::get() {
    const std::lock_guard lock(mutex_);
    return text();
}

Answer<std::string> SettingsService::change(const json::object& changes, const std::string& actor) {
    const std::lock_guard lock(mutex_);
    auto read_changes = read(changes);
    if (!read_changes) {
        return refuse_document(std::move(read_changes.error()));
    }
    std::erase_if(*read_changes,
                  [](const Change& change) { return change.value == change.known->value; });
    if (read_changes->empty()) return text();
    std::vector<store::SettingRow> rows;
    json::object differences;
    for (const Change& change : *read_changes) {
        rows.push_back({change.known->setting.name, to_json(change.value)});
        differences[change.known->setting.name] = difference(change.known->value, change.value);
    }
    store::AuditEntry audit;
    audit.action = "SETTINGS_CHANGED";
    audit.actor = actor;
    audit.metadata = to_json(differences);
    audit.created_at = parts_.clock.now();
    if (auto stored = parts_.catalog.put_settings(rows, audit); !stored)
        return refuse(stored.error());
    for (Change& change : *read_changes) {
        change.known->value = std::move(change.value);
        change.known->setting.apply(change.known->value);
    }
    return text();
}

std::expected<std::vector<SettingsService::Change>, std::vector<model::Problem>>
SettingsService::read(const json::object& changes) {
    std::vector<Change> read;
    std::vector<model::Problem> problems;
    for (const auto& member : changes) {
        const std::string pointer = "/" + std::string(member.key());
        Known* known = find(member.key());
        if (!known) {
            std::vector<std::string_view> names;
            names.reserve(known_.size());
            for (const Known& each : known_) names.push_back(each.setting.name);
            problems.push_back({model::Severity::error, pointer, "", "unknown_field",
                                fmt::format("there is no setting '{}' that can be changed",
                                            std::string_view(member.key()).substr(0, 100)),
                                fmt::format("These are there: {}.", fmt::join(names, ", "))});
            continue;
        }
        auto value = known->setting.read(member.value());
        if (value) {
            read.push_back({known, *std::move(value)});
            continue;
        }
        for (model::Problem& problem : value.error()) {
            problem.pointer = pointer + problem.pointer;
            problems.push_back(std::move(problem));
        }
    }
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return read;
}

SettingsService::Known* SettingsService::find(std::string_view name) {
    const auto found = std::ranges::find_if(
        known_, [&](const Known& known) { return known.setting.name == name; });
    return found == known_.end() ? nullptr : &*found;
}

std::string SettingsService::text() const {
    std::string out;
    ObjectWriter object(out);
    json::object flags;
    for (const Known& known : known_) {
        object.raw(known.setting.name, to_json(known.value));
        if (known.setting.from_flags) flags[known.setting.name] = *known.setting.from_flags;
    }
    object.raw("flags", to_json(flags));
    object.raw("limits", to_json(parts_.limits));
    object.end();
    return out;
}

}  // namespace swiftgrid::control

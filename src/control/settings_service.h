#pragma once

// What owners set while the server runs: one JSON value per setting, in the table `settings`. A
// new setting is one `Setting` in app/host.cpp. Blocking: called on API worker threads.

#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "control/answer.h"
#include "runtime/clock.h"
#include "store/catalog.h"

namespace swiftgrid::control {

struct Setting {
    std::string name;  // in the API, and of its row
    json::value fallback;
    // What is kept of a value that a person gives, or what is wrong with it; pointers are those
    // within the value.
    std::function<std::expected<json::value, std::vector<model::Problem>>(const json::value&)> read;
    // Makes the value count: once at the start, then after each change. Never called twice at a
    // time.
    std::function<void(const json::value&)> apply;
    // What holds besides, whatever is set: flags of the command line.
    std::optional<json::value> from_flags = {};
};

class SettingsService {
public:
    struct Parts {
        store::Catalog& catalog;
        const runtime::Clock& clock;
        std::function<void(const std::string&)> warn;
        json::object limits;  // shown, not changed
    };
    SettingsService(Parts parts, std::vector<Setting> settings);

    // Reads and applies what is stored. A value that this version does not understand is left as it
    // is, with a warning, and the fallback holds.
    Result<void> load();

    // { <name>: value …, flags: { <name>: value … }, limits }
    Answer<std::string> get();

    // Changes the settings that are members of `changes`; all or none. Answers as get(). `actor` is
    // who asks, for the audit log.
    Answer<std::string> change(const json::object& changes, const std::string& actor);

private:
    struct Known {
        Setting setting;
        json::value value;  // in force
    };
    struct Change {
        Known* known = nullptr;
        json::value value;
    };
    std::expected<std::vector<Change>, std::vector<model::Problem>> read(
        const json::object& changes);
    Known* find(std::string_view name);
    std::string text() const;

    Parts parts_;
    std::mutex mutex_;
    std::vector<Known> known_;
};

}  // namespace swiftgrid::control

#pragma once

// What the templates of a run can read from outside of it: `$env`, and the addresses that resume
// nodes. The engine decides and records with an environment in which limits::redacted_text stands
// for every value that is secret; whoever carries an attempt out evaluates the input again in one
// that holds the values themselves.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/limits.h"

namespace swiftgrid::engine {

class Environment {
public:
    virtual ~Environment() = default;

    // What the vault has under a name; nothing when it has none.
    virtual std::optional<std::string> value(std::string_view name) const = 0;
    virtual bool is_secret(std::string_view name) const = 0;
    // In order, for messages.
    virtual std::vector<std::string> names() const = 0;

    // The address that resumes a node of the run.
    virtual std::string resume_url(RunId run, std::string_view node_id) const = 0;
};

// Where there is no vault.
class EmptyEnvironment : public Environment {
public:
    std::optional<std::string> value(std::string_view) const override { return std::nullopt; }
    bool is_secret(std::string_view) const override { return false; }
    std::vector<std::string> names() const override { return {}; }
    std::string resume_url(RunId, std::string_view) const override {
        return std::string(limits::redacted_text);
    }
};
inline const EmptyEnvironment empty_environment{};

}  // namespace swiftgrid::engine

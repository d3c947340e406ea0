#pragma once

// What `$env` holds in a test: what the case gives, then the variables of the vault, then a
// stand-in for every other name that the flow cannot do without. The values of secrets never come
// into a test.

#include <map>
#include <set>
#include <string>

#include "model/plan.h"
#include "runtime/vault.h"

namespace swiftgrid::control {

class FlowTestEnvironment : public engine::EmptyEnvironment {
public:
    // Borrows `given`.
    FlowTestEnvironment(const std::map<std::string, std::string>& given,
                        runtime::VaultContentPtr vault, const model::Plan& plan);

    std::optional<std::string> value(std::string_view name) const override;
    bool is_secret(std::string_view name) const override;
    std::vector<std::string> names() const override;

private:
    const std::map<std::string, std::string>& given_;
    runtime::VaultContentPtr vault_;
    std::set<std::string, std::less<>> required_;
};

}  // namespace swiftgrid::control

#pragma once

// The secrets and variables as runs use them, in memory and in the clear. What it holds changes as
// a whole: whoever reads keeps the content of one moment for as long as it is needed.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/environment.h"
#include "model/env_names.h"
#include "runtime/redactor.h"

namespace swiftgrid::runtime {

class ResumeTokens;

struct VaultItem {
    model::EnvKind kind = model::EnvKind::secret;
    std::string value;
};
using VaultItems = std::map<std::string, VaultItem, std::less<>>;

class VaultContent {
public:
    VaultContent() : VaultContent({}, {}) {}
    // `retired`: values that were secret and that attempts under way may still use.
    VaultContent(VaultItems items, const std::vector<std::string>& retired);

    const VaultItems& items() const { return items_; }
    const VaultItem* find(std::string_view name) const;
    model::EnvKinds kinds() const;

    // Knows every secret, whoever may use it, and those that were retired.
    const std::shared_ptr<const Redactor>& redactor() const { return redactor_; }

private:
    VaultItems items_;
    std::shared_ptr<const Redactor> redactor_;  // owners: this, and whoever redacts with it
};

using VaultContentPtr = std::shared_ptr<const VaultContent>;  // owners: the vault, and its readers

// Thread-safe.
class Vault {
public:
    VaultContentPtr content() const;

    // From now on; secrets that are no longer in it stay out of everything all the same.
    void replace(VaultItems items);

private:
    void retire(const VaultItems& items);

    std::mutex writing_;                // one writer at a time
    std::vector<std::string> retired_;  // the writer's; the oldest first
    mutable std::mutex mutex_;          // for moments: every shard takes it in each of its turns
    VaultContentPtr content_ = std::make_shared<const VaultContent>();  // changed by the writer
};

// What may be recorded of a vault: variables, and a stand-in for each secret.
class RecordedEnvironment : public engine::EmptyEnvironment {
public:
    explicit RecordedEnvironment(const VaultContent& vault) : vault_(vault) {}

    std::optional<std::string> value(std::string_view name) const override;
    bool is_secret(std::string_view name) const override;
    std::vector<std::string> names() const override;

protected:
    const VaultContent& vault() const { return vault_; }

private:
    const VaultContent& vault_;
};

// With the values themselves, for what goes out.
class OutgoingEnvironment : public RecordedEnvironment {
public:
    // `tokens` may be null: then there are no addresses.
    OutgoingEnvironment(const VaultContent& vault, const ResumeTokens* tokens)
        : RecordedEnvironment(vault), tokens_(tokens) {}

    std::optional<std::string> value(std::string_view name) const override;
    std::string resume_url(RunId run, std::string_view node_id) const override;

private:
    const ResumeTokens* tokens_;
};

}  // namespace swiftgrid::runtime

#pragma once

// Secrets and variables as people manage them: what may be given, who uses what, and what is
// missing. The value of a secret goes in and never comes out. `actor` is who asks, for the audit
// log. Blocking, as it reads flows and waits for the disk: called on API worker threads. JSON in
// and out is the API's.

#include <mutex>
#include <optional>
#include <string>

#include "control/answer.h"
#include "control/secret_store.h"
#include "control/secret_usage.h"
#include "runtime/clock.h"

namespace swiftgrid::control {

// What a person gives.
struct SecretInput {
    std::string name;
    std::string value;
    std::optional<std::string> kind;  // "secret" or "variable"; none: as it is, else a secret
};

// Everything that is wrong with what is given, taken by itself.
std::vector<model::Problem> secret_problems(const SecretInput& input, model::EnvKind kind);

struct SecretQuery {
    std::string cursor;  // the last name of the page before
    std::size_t limit = 20;
};

class SecretService {
public:
    struct Parts {
        SecretStore& store;
        SecretUsage& usage;
        const runtime::Vault& vault;
        const runtime::Clock& clock;
    };
    explicit SecretService(Parts parts) : parts_(parts) {}

    // { items, missing, nextCursor }
    Answer<std::string> list(const SecretQuery& query);

    // `conflict` when the name exists.
    Answer<std::string> create(const SecretInput& input, const std::string& actor);

    struct Put {
        std::string json;
        bool is_new = false;
    };
    // Creates or replaces.
    Answer<Put> put(const SecretInput& input, const std::string& actor);

    // `conflict`, with each use as a problem, when a flow uses it, unless forced.
    Answer<void> remove(const std::string& name, bool force, const std::string& actor);

    // { keyId, reencrypted }
    Answer<std::string> rotate_key(const std::string& actor);

private:
    struct Wished {
        const SecretInput& input;
        const std::string& actor;
        bool must_be_new = false;
    };
    Answer<Put> write(const Wished& wished);
    Answer<bool> store(const Wished& wished);
    Answer<std::string> item_json(const std::string& name);
    store::AuditEntry audit(std::string action, const std::string& actor) const;

    Parts parts_;
    std::mutex writing_;  // what was checked holds until it is written
};

}  // namespace swiftgrid::control

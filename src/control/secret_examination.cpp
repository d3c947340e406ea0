#include "control/secret_examination.h"

#include <fmt/format.h>

#include "control/unreadable_secrets.h"

namespace swiftgrid::control {
namespace {

constexpr std::size_t names_told_max = 50;

Finding secret_finding(std::string code, std::string detail) {
    return {std::nullopt, std::move(code), std::move(detail), false};
}

// What a running server was given is not to be seen from here.
Finding not_examined() {
    Finding finding = secret_finding(
        "secrets_not_examined",
        "whether the secrets can be read is not known: the folder has no server.key, and the "
        "server that runs on it has its key from elsewhere; give the doctor the same "
        "SWIFTGRID_SERVER_KEY, or ask that server with --server");
    finding.is_mended = true;
    return finding;
}

std::optional<Finding> look_at_secrets(store::Inspector& inspector, const KeyPlace& place) {
    const auto rows = inspector.read_secrets();
    if (!rows) return secret_finding("unreadable_secrets", rows.error().message);
    const auto keys = read_key_ring(place);
    if (!keys) return secret_finding("unreadable_key", keys.error().message);
    const auto lost = find_unreadable(*rows, *keys ? &**keys : nullptr);
    if (!lost.exist()) return std::nullopt;
    if (!*keys && inspector.owner()) return not_examined();
    return secret_finding("unreadable_secrets",
                          fmt::format("{}. A server will not start on it. {}",
                                      lost.in_words(names_told_max), lost.mend));
}

}  // namespace

void examine_secrets(store::Inspector& inspector, const KeyPlace& keys,
                     const ExaminationListener& listener) {
    auto found = look_at_secrets(inspector, keys);
    // A server that runs may be about to seal everything with a new key.
    if (found && !found->is_mended && inspector.owner()) {
        listener.wait_a_moment();
        found = look_at_secrets(inspector, keys);
    }
    if (found) listener.on_finding(*found);
}

}  // namespace swiftgrid::control

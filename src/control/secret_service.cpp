#include "control/secret_service.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/characters.h"
#include "base/limits.h"
#include "control/flow_view.h"
#include "control/json_writer.h"

namespace swiftgrid::control {
namespace {

std::string_view kind_text(model::EnvKind kind) {
    return kind == model::EnvKind::secret ? "secret" : "variable";
}

void append_uses(std::string& out, const std::vector<SecretUse>& uses) {
    out += '[';
    bool is_first = true;
    for (const SecretUse& use : uses) {
        if (!is_first) out += ',';
        is_first = false;
        ObjectWriter object(out);
        object.text("flowId", to_string(use.flow));
        object.text("flowName", use.flow_name);
        json::array nodes(use.nodes.begin(), use.nodes.end());
        object.raw("nodeIds", to_json(nodes));
        object.boolean("draft", use.in_draft);
        object.boolean("activeVersion", use.in_active_version);
        object.end();
    }
    out += ']';
}

const std::vector<SecretUse>& uses_of(const SecretUses& uses, std::string_view name) {
    static const std::vector<SecretUse> none;
    const auto found = uses.by_name.find(name);
    return found == uses.by_name.end() ? none : found->second;
}

void append_item(std::string& out, const store::SecretRow& row, const runtime::VaultContent& vault,
                 const std::vector<SecretUse>& uses) {
    ObjectWriter object(out);
    object.text("name", row.name);
    object.text("kind", row.kind);
    const runtime::VaultItem* item = vault.find(row.name);
    if (item && item->kind == model::EnvKind::variable) object.text("value", item->value);
    object.time("updatedAt", row.updated_at);
    append_uses(object.member("usedBy"), uses);
    object.end();
}

Answer<void> check_room(const runtime::VaultItems& items, const std::string& name,
                        const runtime::VaultItem& item) {
    std::size_t count = 1;
    std::size_t bytes = item.value.size();
    for (const auto& [other_name, other] : items) {
        if (other_name == name) continue;
        ++count;
        bytes += other.value.size();
    }
    if (count > limits::env_names)
        return refuse(ErrorCode::too_large,
                      fmt::format("there is room for {} secrets and variables; delete some that "
                                  "nobody uses",
                                  limits::env_names));
    if (bytes > limits::env_values_bytes)
        return refuse(ErrorCode::too_large,
                      fmt::format("all values together have at most {} bytes; delete some that "
                                  "nobody uses",
                                  limits::env_values_bytes));
    return {};
}

}  // namespace

std::vector<model::Problem> secret_problems(const SecretInput& input, model::EnvKind kind) {
    std::vector<model::Problem> problems;
    if (!model::is_env_name(input.name))
        problems.push_back(problem_at(
            "/name", "secret_name",
            fmt::format("a name has letters, digits and _, does not begin with a digit, and has at "
                        "most {} characters",
                        limits::env_name_characters),
            "Choose a name such as STRIPE_KEY."));
    if (input.kind && *input.kind != "secret" && *input.kind != "variable")
        problems.push_back(problem_at("/kind", "secret_kind", "the kind is 'secret' or 'variable'",
                                      "Choose one of them."));
    if (input.value.size() > limits::env_value_bytes)
        problems.push_back(problem_at("/value", "secret_too_long",
                                      fmt::format("a value has at most {} bytes, this one has {}",
                                                  limits::env_value_bytes, input.value.size()),
                                      "Keep what is longer in a file or a database of your own."));
    if (kind == model::EnvKind::secret &&
        character_count(input.value) < limits::secret_characters_min)
        problems.push_back(problem_at(
            "/value", "secret_too_short",
            fmt::format("a secret has at least {} characters: a shorter one could not be kept out "
                        "of results and logs without harming other text",
                        limits::secret_characters_min),
            "Use a longer one, or make it a variable if everybody may see it."));
    return problems;
}

Answer<std::string> SecretService::list(const SecretQuery& query) {
    auto rows = parts_.store.rows();
    if (!rows) return refuse(rows.error());
    auto uses = parts_.usage.all();
    if (!uses) return refuse(uses.error());
    const auto vault = parts_.vault.content();
    auto row = std::ranges::upper_bound(*rows, query.cursor, {}, &store::SecretRow::name);
    std::string items;
    for (std::size_t count = 0; row != rows->end() && count < query.limit; ++count, ++row) {
        if (count > 0) items += ',';
        append_item(items, *row, *vault, uses_of(*uses, row->name));
    }
    std::optional<std::string> next_cursor;
    if (row != rows->end()) next_cursor = std::prev(row)->name;
    std::string missing;
    for (const auto& [name, used_by] : uses->required) {
        if (vault->find(name)) continue;
        if (!missing.empty()) missing += ',';
        ObjectWriter object(missing);
        object.text("name", name);
        append_uses(object.member("usedBy"), used_by);
        object.end();
    }
    std::string page = page_json(items, next_cursor);
    page.pop_back();
    return page + ",\"missing\":[" + missing + "]}";
}

Answer<std::string> SecretService::item_json(const std::string& name) {
    auto rows = parts_.store.rows();
    if (!rows) return refuse(rows.error());
    auto uses = parts_.usage.of(name);
    if (!uses) return refuse(uses.error());
    const auto row = std::ranges::find(*rows, name, &store::SecretRow::name);
    if (row == rows->end())
        return refuse(ErrorCode::not_found, "there is no secret '" + name + "' any more");
    std::string out;
    append_item(out, *row, *parts_.vault.content(), *uses);
    return out;
}

Answer<std::string> SecretService::create(const SecretInput& input, const std::string& actor) {
    auto done = write({input, actor, true});
    if (!done) return std::unexpected(done.error());
    return done->json;
}

Answer<SecretService::Put> SecretService::put(const SecretInput& input, const std::string& actor) {
    return write({input, actor, false});
}

Answer<SecretService::Put> SecretService::write(const Wished& wished) {
    auto is_new = store(wished);
    if (!is_new) return std::unexpected(is_new.error());
    auto item = item_json(wished.input.name);
    if (!item) return std::unexpected(item.error());
    return Put{*std::move(item), *is_new};
}

// True when the name is a new one.
Answer<bool> SecretService::store(const Wished& wished) {
    const SecretInput& input = wished.input;
    const std::lock_guard lock(writing_);
    const auto vault = parts_.vault.content();
    const runtime::VaultItem* known = vault->find(input.name);
    if (known && wished.must_be_new)
        return refuse(ErrorCode::conflict, fmt::format("'{0}' exists already; replace its value "
                                                       "with PUT /api/secrets/{0}",
                                                       input.name));
    runtime::VaultItem item{known ? known->kind : model::EnvKind::secret, input.value};
    if (input.kind)
        item.kind = *input.kind == "variable" ? model::EnvKind::variable : model::EnvKind::secret;
    if (auto problems = secret_problems(input, item.kind); !problems.empty()) {
        return refuse_document(std::move(problems));
    }
    if (auto room = check_room(vault->items(), input.name, item); !room)
        return std::unexpected(room.error());
    auto entry = audit(known ? "SECRET_CHANGED" : "SECRET_CREATED", wished.actor);
    entry.metadata = to_json(json::object{{"name", input.name}, {"kind", kind_text(item.kind)}});
    if (auto put = parts_.store.put(input.name, item, entry); !put) return refuse(put.error());
    return known == nullptr;
}

Answer<void> SecretService::remove(const std::string& name, bool force, const std::string& actor) {
    const std::lock_guard lock(writing_);
    if (!parts_.vault.content()->find(name))
        return refuse(ErrorCode::not_found, "there is no secret '" + name + "'");
    const auto used_by = parts_.usage.of(name);
    if (!used_by) return refuse(used_by.error());
    if (!used_by->empty() && !force) {
        std::vector<std::string> flows;
        std::vector<model::Problem> problems;
        for (const SecretUse& use : *used_by) {
            flows.push_back("'" + use.flow_name + "'");
            for (const std::string& node : use.nodes)
                problems.push_back({model::Severity::error, "", node, "used_by",
                                    fmt::format("the flow '{}' ({}) uses '{}' in its node '{}'",
                                                use.flow_name, to_string(use.flow), name, node),
                                    ""});
        }
        return std::unexpected(
            Refusal(Error{ErrorCode::conflict,
                          fmt::format("'{}' is used by {}; take it out there first, or delete with "
                                      "force=true",
                                      name, fmt::join(flows, ", "))},
                    std::move(problems)));
    }
    auto entry = audit("SECRET_DELETED", actor);
    entry.metadata = to_json(json::object{{"name", name}});
    auto removed = parts_.store.remove(name, entry);
    if (!removed) return refuse(removed.error());
    return {};
}

Answer<std::string> SecretService::rotate_key(const std::string& actor) {
    auto rotated = parts_.store.rotate_key(audit("KEY_ROTATED", actor));
    if (!rotated) return refuse(rotated.error());
    return to_json(json::object{{"keyId", rotated->key_id}, {"reencrypted", rotated->sealed}});
}

store::AuditEntry SecretService::audit(std::string action, const std::string& actor) const {
    store::AuditEntry entry;
    entry.action = std::move(action);
    entry.actor = actor;
    entry.created_at = parts_.clock.now();
    return entry;
}

}  // namespace swiftgrid::control

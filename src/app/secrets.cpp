#include "app/secrets.h"

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/place.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "base/limits.h"
#include "control/caller.h"

namespace swiftgrid::app {
namespace {

// What both places can do. Answers are those of the API.
class SecretsPlace {
public:
    virtual ~SecretsPlace() = default;
    virtual Result<json::object> list(const std::string& cursor) = 0;
    virtual Result<json::object> set(const control::SecretInput& input) = 0;
    virtual Result<void> remove(const std::string& name, bool force) = 0;
    virtual Result<json::object> rotate_key() = 0;
};

class FolderSecrets : public SecretsPlace {
public:
    explicit FolderSecrets(control::SecretService& secrets) : secrets_(secrets) {}

    Result<json::object> list(const std::string& cursor) override {
        return object_of(plain(secrets_.list({cursor, limits::page_items_max})));
    }
    Result<json::object> set(const control::SecretInput& input) override {
        auto put = plain(secrets_.put(input, actor_));
        if (!put) return std::unexpected(put.error());
        return object_of(std::move(put->json));
    }
    Result<void> remove(const std::string& name, bool force) override {
        return plain(secrets_.remove(name, force, actor_));
    }
    Result<json::object> rotate_key() override {
        return object_of(plain(secrets_.rotate_key(actor_)));
    }

private:
    control::SecretService& secrets_;
    const std::string actor_{control::server_token_name};
};

class ServerSecrets : public SecretsPlace {
public:
    explicit ServerSecrets(ServerApi& server) : server_(server) {}

    Result<json::object> list(const std::string& cursor) override {
        return server_.with("items", server_.get(fmt::format("/api/secrets?limit={}&cursor={}",
                                                             limits::page_items_max, cursor)));
    }
    Result<json::object> set(const control::SecretInput& input) override {
        json::object body{{"value", input.value}};
        if (input.kind) body["kind"] = *input.kind;
        if (!model::is_env_name(input.name))
            return fail(ErrorCode::bad_request,
                        control::secret_problems(input, model::EnvKind::variable).front().detail);
        return server_.with("name", server_.put("/api/secrets/" + input.name, body));
    }
    Result<void> remove(const std::string& name, bool force) override {
        if (!model::is_env_name(name))
            return fail(ErrorCode::not_found, "there is no secret '" + name + "'");
        return server_.remove("/api/secrets/" + name + (force ? "?force=true" : ""));
    }
    Result<json::object> rotate_key() override {
        return server_.with("keyId", server_.post("/api/secrets/rotate-key"));
    }

private:
    ServerApi& server_;
};

void print_item(const json::object& item) {
    fmt::print("{:32} {:8} {}  used by {}", text_at(item, "name"), text_at(item, "kind"),
               text_at(item, "updatedAt"), list_at(item, "usedBy").size());
    if (item.contains("value")) fmt::print("  = {}", text_at(item, "value"));
    fmt::print("\n");
}

void print_missing(const json::object& missing) {
    const auto uses = list_at(missing, "usedBy");
    fmt::print("Not found: {}, wanted by {}\n", text_at(missing, "name"),
               uses.empty() ? std::string_view("nobody") : text_at(uses.front(), "flowName"));
}

// All pages.
int list(SecretsPlace& place, bool as_json) {
    json::array items;
    std::vector<json::object> missing;
    std::string cursor;
    do {
        const auto page = place.list(cursor);
        if (!page) return failed(page.error(), as_json);
        for (json::object& item : list_at(*page, "items")) items.push_back(std::move(item));
        missing = list_at(*page, "missing");
        cursor = text_at(*page, "nextCursor");
    } while (!cursor.empty());
    if (as_json) {
        const json::object all{{"items", std::move(items)},
                               {"missing", json::array(missing.begin(), missing.end())}};
        fmt::print("{}\n", to_pretty_json(all));
        return exit_done;
    }
    for (const json::value& item : items) print_item(item.get_object());
    for (const json::object& each : missing) print_missing(each);
    return exit_done;
}

int set(SecretsPlace& place, const SecretsOptions& options) {
    auto value = read_value(limits::env_value_bytes);
    if (!value) return failed(value.error(), options.place.json);
    const control::SecretInput input{options.name, *std::move(value),
                                     options.is_variable ? "variable" : "secret"};
    const auto item = place.set(input);
    if (!item) return failed(item.error(), options.place.json);
    if (options.place.json)
        fmt::print("{}\n", to_json(*item));
    else
        fmt::print("{} is set\n", options.name);
    return exit_done;
}

int rotate_key(SecretsPlace& place, bool as_json) {
    const auto done = place.rotate_key();
    if (!done) return failed(done.error(), as_json);
    if (as_json)
        fmt::print("{}\n", to_json(*done));
    else
        fmt::print("{} values are sealed with the new key {}; back up server.key again\n",
                   integer_at(*done, "reencrypted", 0), text_at(*done, "keyId"));
    return exit_done;
}

int carry_out(SecretsPlace& place, const SecretsOptions& options) {
    switch (options.action) {
        case SecretsAction::list: return list(place, options.place.json);
        case SecretsAction::set: return set(place, options);
        case SecretsAction::rotate_key: return rotate_key(place, options.place.json);
        case SecretsAction::remove: break;
    }
    const auto removed = place.remove(options.name, options.force);
    if (!removed) return failed(removed.error(), options.place.json);
    if (!options.place.json) fmt::print("{} is deleted\n", options.name);
    return exit_done;
}

}  // namespace

int run_secrets(const SecretsOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    if (!options.place.server.empty()) {
        ServerApi server(options.place.server, options.place.token);
        ServerSecrets place(server);
        return carry_out(place, options);
    }
    HostOptions host_options = folder_options(options.place);
    host_options.forgets_unreadable_secrets = options.unreadable;
    auto host = Host::create(host_options, zygote);
    if (!host) return failed(host.error(), options.place.json);
    if (options.unreadable) {
        const auto& names = (*host)->forgotten_secrets();
        if (options.place.json)
            fmt::print("{}\n",
                       to_json(json::object{{"deleted", json::array(names.begin(), names.end())}}));
        else
            for (const std::string& name : names) fmt::print("{} is deleted\n", name);
        return exit_done;
    }
    FolderSecrets place((*host)->secrets());
    return carry_out(place, options);
}

}  // namespace swiftgrid::app

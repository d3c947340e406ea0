#include "app/secrets.h"

#include <cstdlib>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/host.h"
#include "app/server_api.h"
#include "base/json_fields.h"
#include "base/limits.h"

namespace swiftgrid::app {
namespace {

std::string variable_of(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// What both places can do. Answers are those of the API.
class SecretsPlace {
public:
    virtual ~SecretsPlace() = default;
    virtual Result<json::object> list(const std::string& cursor) = 0;
    virtual Result<json::object> set(const control::SecretInput& input) = 0;
    virtual Result<void> remove(const std::string& name, bool force) = 0;
    virtual Result<json::object> rotate_key() = 0;
};

template <typename T>
Result<T> plain(control::Answer<T> answer) {
    if (!answer) return std::unexpected(answer.error().error);
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return *std::move(answer);
}

Result<json::object> object_of(const Result<std::string>& text) {
    if (!text) return std::unexpected(text.error());
    auto value = parse_json(*text);
    if (!value) return std::unexpected(value.error());
    return std::move(value->as_object());  // we wrote it ourselves
}

class FolderSecrets : public SecretsPlace {
public:
    explicit FolderSecrets(control::SecretService& secrets) : secrets_(secrets) {}

    Result<json::object> list(const std::string& cursor) override {
        return object_of(plain(secrets_.list({cursor, limits::page_items_max})));
    }
    Result<json::object> set(const control::SecretInput& input) override {
        auto put = plain(secrets_.put(input));
        if (!put) return std::unexpected(put.error());
        return object_of(std::move(put->json));
    }
    Result<void> remove(const std::string& name, bool force) override {
        return plain(secrets_.remove(name, force));
    }
    Result<json::object> rotate_key() override { return object_of(plain(secrets_.rotate_key())); }

private:
    control::SecretService& secrets_;
};

class ServerSecrets : public SecretsPlace {
public:
    explicit ServerSecrets(ServerApi& server) : server_(server) {}

    Result<json::object> list(const std::string& cursor) override {
        return with("items", server_.get(fmt::format("/api/secrets?limit={}&cursor={}",
                                                     limits::page_items_max, cursor)));
    }
    Result<json::object> set(const control::SecretInput& input) override {
        json::object body{{"value", input.value}};
        if (input.kind) body["kind"] = *input.kind;
        if (!model::is_env_name(input.name))
            return fail(ErrorCode::bad_request,
                        control::secret_problems(input, model::EnvKind::variable).front().detail);
        return with("name", server_.put("/api/secrets/" + input.name, body));
    }
    Result<void> remove(const std::string& name, bool force) override {
        if (!model::is_env_name(name))
            return fail(ErrorCode::not_found, "there is no secret '" + name + "'");
        return server_.remove("/api/secrets/" + name + (force ? "?force=true" : ""));
    }
    Result<json::object> rotate_key() override {
        return with("keyId", server_.post("/api/secrets/rotate-key"));
    }

private:
    // Everything answers with 200 somewhere.
    Result<json::object> with(std::string_view member, Result<json::object> answer) const {
        if (answer && !answer->contains(member))
            return std::unexpected(server_.foreign(fmt::format("its answer has no '{}'", member)));
        return answer;
    }

    ServerApi& server_;
};

int failed(const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return exit_failed;
}

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
        if (!page) return failed(page.error());
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
    auto value = read_file("-", limits::env_value_bytes + 2);
    if (!value) return failed(value.error());
    // What `echo` and editors put behind it is not meant.
    if (value->ends_with('\n')) value->pop_back();
    if (value->ends_with('\r')) value->pop_back();
    const control::SecretInput input{options.name, *std::move(value),
                                     options.is_variable ? "variable" : "secret"};
    const auto item = place.set(input);
    if (!item) return failed(item.error());
    if (options.json)
        fmt::print("{}\n", to_json(*item));
    else
        fmt::print("{} is set\n", options.name);
    return exit_done;
}

int rotate_key(SecretsPlace& place, bool as_json) {
    const auto done = place.rotate_key();
    if (!done) return failed(done.error());
    if (as_json)
        fmt::print("{}\n", to_json(*done));
    else
        fmt::print("{} values are sealed with the new key {}; back up server.key again\n",
                   integer_at(*done, "reencrypted", 0), text_at(*done, "keyId"));
    return exit_done;
}

int carry_out(SecretsPlace& place, const SecretsOptions& options) {
    switch (options.action) {
        case SecretsAction::list: return list(place, options.json);
        case SecretsAction::set: return set(place, options);
        case SecretsAction::rotate_key: return rotate_key(place, options.json);
        case SecretsAction::remove: break;
    }
    const auto removed = place.remove(options.name, options.force);
    if (!removed) return failed(removed.error());
    if (!options.json) fmt::print("{} is deleted\n", options.name);
    return exit_done;
}

}  // namespace

int run_secrets(const SecretsOptions& options, sandbox::Zygote& zygote, TerminationSignals&) {
    if (!options.server.empty()) {
        ServerApi server(options.server, options.token);
        ServerSecrets place(server);
        return carry_out(place, options);
    }
    HostOptions host_options;
    host_options.data_dir = options.data_dir;
    host_options.script_workers = 1;
    host_options.server_key = variable_of("SWIFTGRID_SERVER_KEY");
    host_options.forgets_unreadable_secrets = options.unreadable;
    auto host = Host::create(host_options, zygote);
    if (!host) return failed(host.error());
    if (options.unreadable) {
        const auto& names = (*host)->forgotten_secrets();
        if (options.json)
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

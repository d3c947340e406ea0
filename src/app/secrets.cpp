#include "app/secrets.h"

#include <cstdlib>

#include <fmt/format.h>

#include "app/exit_code.h"
#include "app/files.h"
#include "app/host.h"
#include "app/remote.h"
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
    virtual Result<std::string> list(const std::string& cursor) = 0;
    virtual Result<std::string> set(const control::SecretInput& input) = 0;
    virtual Result<void> remove(const std::string& name, bool force) = 0;
    virtual Result<std::string> rotate_key() = 0;
};

template <typename T>
Result<T> plain(control::Answer<T> answer) {
    if (!answer) return std::unexpected(answer.error().error);
    if constexpr (std::is_void_v<T>)
        return {};
    else
        return *std::move(answer);
}

class FolderSecrets : public SecretsPlace {
public:
    explicit FolderSecrets(control::SecretService& secrets) : secrets_(secrets) {}

    Result<std::string> list(const std::string& cursor) override {
        return plain(secrets_.list({cursor, limits::page_items_max}));
    }
    Result<std::string> set(const control::SecretInput& input) override {
        auto put = plain(secrets_.put(input));
        if (!put) return std::unexpected(put.error());
        return std::move(put->json);
    }
    Result<void> remove(const std::string& name, bool force) override {
        return plain(secrets_.remove(name, force));
    }
    Result<std::string> rotate_key() override { return plain(secrets_.rotate_key()); }

private:
    control::SecretService& secrets_;
};

class ServerSecrets : public SecretsPlace {
public:
    explicit ServerSecrets(Remote& server) : server_(server) {}

    Result<std::string> list(const std::string& cursor) override {
        return server_.call(
            "GET", fmt::format("/api/secrets?limit={}&cursor={}", limits::page_items_max, cursor));
    }
    Result<std::string> set(const control::SecretInput& input) override {
        json::object body{{"value", input.value}};
        if (input.kind) body["kind"] = *input.kind;
        if (!model::is_env_name(input.name))
            return fail(ErrorCode::bad_request,
                        control::secret_problems(input, model::EnvKind::variable).front().detail);
        return server_.call("PUT", "/api/secrets/" + input.name, to_json(body));
    }
    Result<void> remove(const std::string& name, bool force) override {
        if (!model::is_env_name(name))
            return fail(ErrorCode::not_found, "there is no secret '" + name + "'");
        auto done = server_.call("DELETE", "/api/secrets/" + name + (force ? "?force=true" : ""));
        if (!done) return std::unexpected(done.error());
        return {};
    }
    Result<std::string> rotate_key() override {
        return server_.call("POST", "/api/secrets/rotate-key");
    }

private:
    Remote& server_;
};

int failed(const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return exit_failed;
}

void print_item(const json::value& item) {
    const json::value* value = item.as_object().if_contains("value");
    fmt::print("{:32} {:8} {}  used by {}{}\n", std::string(item.at("name").as_string()),
               std::string(item.at("kind").as_string()),
               std::string(item.at("updatedAt").as_string()), item.at("usedBy").as_array().size(),
               value ? "  = " + std::string(value->as_string()) : "");
}

void print_missing(const json::value& missing) {
    for (const json::value& each : missing.as_array()) {
        const json::value& use = each.at("usedBy").as_array().front();
        fmt::print("Not found: {}, wanted by {}\n", std::string(each.at("name").as_string()),
                   std::string(use.at("flowName").as_string()));
    }
}

// All pages.
int list(SecretsPlace& place, bool as_json) {
    json::array items;
    json::value missing;
    std::string cursor;
    for (;;) {
        const auto text = place.list(cursor);
        if (!text) return failed(text.error());
        const auto page = parse_json(*text);
        if (!page) return failed(page.error());
        for (const json::value& item : page->at("items").as_array()) items.push_back(item);
        missing = page->at("missing");
        if (page->at("nextCursor").is_null()) break;
        cursor = page->at("nextCursor").as_string();
    }
    if (as_json) {
        fmt::print("{}\n", to_pretty_json(json::object{{"items", items}, {"missing", missing}}));
        return exit_done;
    }
    for (const json::value& item : items) print_item(item);
    print_missing(missing);
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
        fmt::print("{}\n", *item);
    else
        fmt::print("{} is set\n", options.name);
    return exit_done;
}

int rotate_key(SecretsPlace& place, bool as_json) {
    const auto text = place.rotate_key();
    if (!text) return failed(text.error());
    if (as_json) {
        fmt::print("{}\n", *text);
        return exit_done;
    }
    const auto done = parse_json(*text);
    if (!done) return failed(done.error());
    fmt::print("{} values are sealed with the new key {}; back up server.key again\n",
               done->at("reencrypted").as_int64(), std::string(done->at("keyId").as_string()));
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
        Remote server(options.server, variable_of("SWIFTGRID_API_TOKEN"));
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

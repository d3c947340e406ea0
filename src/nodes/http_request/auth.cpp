#include "nodes/http_request/auth.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/base64.h"
#include "nodes/data_fields.h"
#include "nodes/form_encoding.h"

namespace swiftgrid::nodes::http_request {

namespace {

struct Part {
    std::string_view name;
    bool is_secret;
};

constexpr Part bearer_parts[] = {{"token", true}};
constexpr Part basic_parts[] = {{"username", false}, {"password", true}};
constexpr Part named_parts[] = {{"name", false}, {"value", true}};

// An empty password is a password.
std::span<const Part> parts_of(std::string_view type) {
    if (type == "bearer") return bearer_parts;
    if (type == "basic") return basic_parts;
    if (type == "header" || type == "query") return named_parts;
    return {};
}

std::string plain_text(const json::object& auth, std::string_view name) {
    const auto* value = auth.if_contains(name);
    return value && !value->is_null() ? JsonText::from(*value).as_plain_text() : "";
}

// In place of one that is set among the headers: the field says what it is.
std::optional<engine::RunError> set_header(net::HttpRequest& request, net::HttpHeader header) {
    if (!net::is_valid_header(header)) {
        return engine::make_run_error(
            "invalid_auth",
            fmt::format("the credential for the header '{}' has a character that headers "
                        "may not have (a line break, perhaps at the end of the secret?)",
                        header.name));
    }
    const std::string key = net::lower_case(header.name);
    std::erase_if(request.headers,
                  [&](const net::HttpHeader& other) { return net::lower_case(other.name) == key; });
    request.credential_headers.push_back(header.name);
    request.headers.push_back(std::move(header));
    return std::nullopt;
}

}  // namespace

void check_auth(const json::object& data, model::DataCheck& problems) {
    const auto* auth = data.if_contains("auth");
    if (!auth || !auth->is_object()) return;
    const json::object& fields = auth->get_object();
    for (const Part& part : parts_of(text_at(fields, "type"))) {
        const std::string pointer = "/auth/" + std::string(part.name);
        const std::string_view text = text_at(fields, part.name);
        if (text.empty()) {
            if (part.name != "password")
                problems.error(pointer, "missing_field",
                               fmt::format("the {} of the authentication is empty", part.name),
                               part.is_secret ? "Write {{$env.NAME}} with the name of a secret."
                                              : "Fill it in, or choose no authentication.");
        } else if (part.is_secret && !has_placeholder(text)) {
            problems.warning(pointer, "inline_secret",
                             "this credential is readable by everybody who sees the flow",
                             "Save it as a secret and write {{$env.NAME}} here.");
        }
    }
}

std::optional<engine::RunError> add_auth(const json::value& auth, net::HttpRequest& request) {
    if (auth.is_null()) return std::nullopt;
    if (!auth.is_object()) return engine::make_run_error("invalid_auth", "auth must be an object");
    const json::object& fields = auth.get_object();
    const std::string_view type = text_at(fields, "type");
    for (const Part& part : parts_of(type)) {
        if (!plain_text(fields, part.name).empty() || part.name == "password") continue;
        return engine::make_run_error(
            "invalid_auth",
            fmt::format("the {} of the authentication is empty; is the secret or the "
                        "value it is taken from there?",
                        part.name));
    }
    if (type == "bearer")
        return set_header(request, {"Authorization", "Bearer " + plain_text(fields, "token")});
    if (type == "basic") {
        const std::string pair =
            plain_text(fields, "username") + ":" + plain_text(fields, "password");
        return set_header(request, {"Authorization", "Basic " + to_base64(pair, Base64::standard)});
    }
    if (type == "header")
        return set_header(request, {plain_text(fields, "name"), plain_text(fields, "value")});
    if (type == "query")
        request.url = with_parameter(std::move(request.url), plain_text(fields, "name"),
                                     plain_text(fields, "value"));
    return std::nullopt;
}

}  // namespace swiftgrid::nodes::http_request

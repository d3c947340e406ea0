// n8n's HTTP Request, versions 1 to 4.

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json_fields.h"
#include "base/limits.h"
#include "control/n8n/step.h"

namespace swiftgrid::control::n8n {
namespace {

constexpr std::array<std::string_view, 7> methods = {"GET",    "POST", "PUT",    "PATCH",
                                                     "DELETE", "HEAD", "OPTIONS"};

// { parameters: [{ name, value }] } and, in old versions, { parameter: […] }, as an object.
json::object pairs_of(StepMaker& maker, std::string_view name) {
    const json::object list = object_member(maker.parameters(), name);
    json::array entries = array_member(list, "parameters");
    if (entries.empty()) entries = array_member(list, "parameter");
    json::object out;
    for (const json::value& entry : entries) {
        const auto* object = entry.if_object();
        if (!object) continue;
        const std::string_view key = text_at(*object, "name");
        if (key.empty()) continue;
        if (key.starts_with('=')) {
            maker.changed("a name was an expression; it is plain text now", "Check it.");
        }
        if (text_at(*object, "parameterType") == "formBinaryData")
            maker.changed("it sends a file, which n8n keeps apart from the JSON",
                          "Choose what is sent in its place.");
        out[key] = maker.value_of(*object, "value");  // the last one of a name counts
    }
    return out;
}

json::object query_or_headers(StepMaker& maker, std::string_view list, std::string_view text) {
    json::object pairs = pairs_of(maker, list);
    json::value whole = maker.json_text(text);
    if (auto* object = whole.if_object())
        for (auto& member : *object) pairs[member.key()] = std::move(member.value());
    else if (!whole.is_null())
        maker.changed(fmt::format("'{}' is no list of names and values", text),
                      "Enter its names and values in this step.");
    return pairs;
}

void put_header(json::object& data, std::string_view name, std::string_view value) {
    if (!data["headers"].is_object()) data["headers"].emplace_object();
    data["headers"].get_object()[name] = value;
}

void put_body(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::object& data = maker.data();
    const bool is_old = maker.node().version < 3;
    const json::object options = object_member(parameters, "options");
    const std::string_view type =
        is_old ? text_at(options, "bodyContentType") : text_at(parameters, "contentType");
    if (!is_old && !flag_at(parameters, "sendBody", false)) return;
    if (type == "raw" || type == "binaryData") {
        data["body"] = maker.value("body");
        if (type == "binaryData")
            maker.changed("it sends binary data, which n8n keeps apart from the JSON",
                          "Choose what is sent as the body.");
        if (const auto raw = text_at(parameters, "rawContentType"); !raw.empty())
            put_header(data, "content-type", raw);
        return;
    }
    const bool is_text = text_at(parameters, "specifyBody") == "json" ||
                         flag_at(parameters, "jsonParameters", false);
    if (is_text)
        data["body"] = maker.json_text(is_old ? "bodyParametersJson" : "jsonBody");
    else if (text_at(parameters, "specifyBody") == "string")
        data["body"] = maker.value("body");
    else if (json::object pairs = pairs_of(maker, is_old ? "bodyParametersUi" : "bodyParameters");
             !pairs.empty())
        data["body"] = std::move(pairs);
    if (type == "form-urlencoded") data["bodyType"] = "form";
    if (type == "multipart-form-data") data["bodyType"] = "multipart";
    if (is_text && data.contains("body") && data["body"].is_string())
        put_header(data, "content-type", "application/json");
}

void put_sign_in(StepMaker& maker) {
    const std::string_view how = text_at(maker.parameters(), "authentication");
    if (how.empty() || how == "none") return;
    std::string kind(text_at(maker.parameters(), "genericAuthType"));
    if (how == "predefinedCredentialType")
        kind = text_at(maker.parameters(), "nodeCredentialType");
    else if (kind.empty())
        kind = how;  // of version 1 and 2: "basicAuth"
    json::object auth;
    if (kind.find("asicAuth") != std::string::npos)
        auth = {{"type", "basic"},
                {"username", maker.secret(kind, "_USER")},
                {"password", maker.secret(kind, "_PASSWORD")}};
    else if (kind.find("eaderAuth") != std::string::npos)
        auth = {{"type", "header"}, {"name", "Authorization"}, {"value", maker.secret(kind)}};
    else if (kind.find("ueryAuth") != std::string::npos)
        auth = {{"type", "query"}, {"name", "api_key"}, {"value", maker.secret(kind)}};
    else
        auth = {{"type", "bearer"}, {"token", maker.secret(kind)}};
    maker.changed(fmt::format("its credential '{}' is a secret to fill in: a file of n8n has no "
                              "passwords",
                              kind),
                  "Store the secret, and check the kind of sign-in and its names.");
    maker.data()["auth"] = std::move(auth);
}

void put_options(StepMaker& maker) {
    const json::object options = object_member(maker.parameters(), "options");
    json::object& data = maker.data();
    if (const auto timeout = integer_at(options, "timeout", 0); timeout > 0)
        data["timeoutMs"] = std::min<std::int64_t>(timeout, limits::http_time_ms_max);
    const json::object redirect = object_member(object_member(options, "redirect"), "redirect");
    if (!flag_at(redirect, "followRedirects", flag_at(options, "followRedirect", true)))
        data["followRedirects"] = false;
    if (flag_at(options, "allowUnauthorizedCerts", false) ||
        flag_at(maker.parameters(), "allowUnauthorizedCerts", false)) {
        data["tls"] = json::object{{"verify", false}};
        maker.changed("it does not check the server's certificate",
                      "The server of SwiftGrid must allow that with --allow-insecure-tls.");
    }
    maker.name_left_out(
        options, {"timeout", "redirect", "followRedirect", "response", "allowUnauthorizedCerts",
                  "bodyContentType", "fullResponse", "ignoreResponseCode", "lowercaseHeaders"});
    maker.name_left_out(redirect, {"followRedirects"});
}

void put_response(StepMaker& maker) {
    const json::object options = object_member(maker.parameters(), "options");
    const json::object response = object_member(object_member(options, "response"), "response");
    json::object& data = maker.data();
    const bool never_fails =
        flag_at(response, "neverError", false) || flag_at(options, "ignoreResponseCode", false);
    if (never_fails) data["acceptStatus"] = json::array{"4xx", "5xx"};
    std::string_view format = text_at(response, "responseFormat");
    if (format.empty()) format = text_at(maker.parameters(), "responseFormat");
    if (format == "string") format = "text";  // of version 1
    if (format == "json" || format == "text") data["response"] = format;
    if (format == "file") {
        data["response"] = "base64";
        maker.changed("the file it fetches is base64 in the body here",
                      "Check the steps that use it.");
    }
    std::string property(text_at(response, "outputPropertyName"));
    if (property.empty()) property = text_at(maker.parameters(), "dataPropertyName");
    if (property.empty()) property = "data";
    const std::string& id = maker.step().id;
    if (flag_at(response, "fullResponse", false) || flag_at(options, "fullResponse", false))
        maker.step().place = {id, "", {{"statusCode", "status"}}};
    else if (format == "text")
        maker.step().place = {id, "", {{property, "body"}}};
    else
        maker.step().place = {id, ".body", {}};
}

}  // namespace

void make_http(StepMaker& maker) {
    const json::object& parameters = maker.parameters();
    json::object& data = maker.data();
    maker.step().type = "http-request";
    std::string_view method = text_at(parameters, "method");
    if (method.empty()) method = text_at(parameters, "requestMethod");
    if (method.empty()) method = "GET";
    if (std::ranges::find(methods, method) == methods.end()) {
        maker.changed("its method is chosen by an expression; it is GET now", "Choose it.");
        method = "GET";
    }
    data["method"] = method;
    json::value url = maker.value("url");
    data["url"] = url.is_string() ? std::move(url) : json::value("");
    const bool is_old = maker.node().version < 3;
    if (is_old || flag_at(parameters, "sendQuery", false)) {
        json::object query =
            query_or_headers(maker, is_old ? "queryParametersUi" : "queryParameters",
                             is_old ? "queryParametersJson" : "jsonQuery");
        if (!query.empty()) data["query"] = std::move(query);
    }
    if (is_old || flag_at(parameters, "sendHeaders", false)) {
        json::object headers =
            query_or_headers(maker, is_old ? "headerParametersUi" : "headerParameters",
                             is_old ? "headerParametersJson" : "jsonHeaders");
        if (!headers.empty()) data["headers"] = std::move(headers);
    }
    put_body(maker);
    put_sign_in(maker);
    put_options(maker);
    put_response(maker);
}

}  // namespace swiftgrid::control::n8n

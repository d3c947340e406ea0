#include "api/access_rules.h"

#include <gtest/gtest.h>

#include "api/openapi.h"
#include "base/json.h"

namespace swiftgrid::api {
namespace {

// Whether the description of the API, which the server is tested against, knows such a route.
bool is_described(const json::object& paths, const std::string& method, const std::string& route) {
    const json::value* path = paths.if_contains(route);
    if (!path) return false;
    std::string name = method;
    for (char& c : name) c = static_cast<char>(c | 0x20);
    return method == "*" || path->as_object().contains(name);
}

TEST(AccessRules, AreForRoutesThatThereAre) {
    const json::value document = parse_json(openapi_json()).value();
    const auto names = access_rule_names();
    EXPECT_GT(names.size(), 50U);
    for (const std::string& name : names) {
        const auto blank = name.find(' ');
        EXPECT_TRUE(is_described(document.at("paths").as_object(), name.substr(0, blank),
                                 name.substr(blank + 1)))
            << name;
    }
}

TEST(AccessRules, AreTheStrictestWhereThereIsNone) {
    EXPECT_EQ(access_rule("GET", "/api/forgotten").role, control::Role::owner);
    EXPECT_EQ(access_rule("HEAD", "/api/flows").role, access_rule("GET", "/api/flows").role);
}

}  // namespace
}  // namespace swiftgrid::api

#pragma once

// The API's own description, and whether an answer keeps to it. Knows the part of JSON Schema that
// the document uses: $ref, type, required, properties, additionalProperties, items, enum, oneOf,
// allOf, minimum, maxItems.

#include <string>
#include <vector>

#include "base/json.h"
#include "client.h"

namespace swiftgrid::e2e {

class OpenApi {
public:
    explicit OpenApi(json::value document) : document_(std::move(document)) {}

    const json::value& document() const { return document_; }

    // What is wrong with the answer, one sentence each.
    std::vector<std::string> differences(const Call& call, const Answer& answer) const;

private:
    // Nothing when no path matches.
    const json::object* operation(const Call& call) const;
    // What a $ref refers to.
    const json::object& resolve(const json::value& schema) const;
    void check(const json::value& schema, const json::value& value, const std::string& at,
               std::vector<std::string>& found) const;
    void check_members(const json::object& schema, const json::object& value, const std::string& at,
                       std::vector<std::string>& found) const;
    bool matches(const json::value& schema, const json::value& value) const;

    json::value document_;
};

}  // namespace swiftgrid::e2e

#pragma once

// Reads the members of a stored event's payload and remembers the first that was missing or of the
// wrong kind. Private to the engine's codec.

#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/ids.h"
#include "base/instant.h"
#include "base/json.h"
#include "engine/event.h"
#include "engine/run_error.h"

namespace swiftgrid::engine {

class Members {
public:
    using List = std::vector<std::pair<std::string, JsonText>>;
    explicit Members(const List& members) : members_(members), taken_(members.size(), false) {}

    // Of two members with one name the last counts, as in JavaScript.
    std::optional<JsonText> take(std::string_view name) {
        std::optional<JsonText> last;
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (taken_[i] || members_[i].first != name) continue;
            taken_[i] = true;
            last = members_[i].second;
        }
        return last;
    }
    JsonText require(std::string_view name) {
        auto value = take(name);
        if (!value) note(name);
        return value ? std::move(*value) : JsonText();
    }
    std::string text(std::string_view name) { return text_of(name, take(name)); }
    std::string require_text(std::string_view name) { return text_of(name, require(name)); }
    std::optional<std::int64_t> integer(std::string_view name) {
        const auto value = take(name);
        if (!value || value->is_null()) return std::nullopt;
        std::int64_t number = 0;
        const std::string_view digits = value->view();
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) note(name);
        return number;
    }
    bool flag(std::string_view name) {
        const auto value = take(name);
        return value && value->view() == "true";
    }
    // Absent is none.
    std::optional<Instant> instant(std::string_view name) {
        const std::string at_text = text(name);
        if (at_text.empty()) return std::nullopt;
        auto at = parse_rfc3339(at_text);
        if (!at) note(name);
        return at ? std::optional<Instant>(*at) : std::nullopt;
    }
    Instant require_instant(std::string_view name) {
        const auto at = instant(name);
        if (!at) note(name);
        return at.value_or(Instant{});
    }
    std::uint32_t require_count(std::string_view name) {
        const auto number = integer(name);
        if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max())
            note(name);
        return static_cast<std::uint32_t>(number.value_or(0));
    }
    std::optional<std::uint32_t> count(std::string_view name) {
        const auto number = integer(name);
        if (!number) return std::nullopt;
        return static_cast<std::uint32_t>(*number);
    }
    // Absent is none.
    std::optional<SecretNames> names(std::string_view name) {
        const auto value = take(name);
        if (!value) return std::nullopt;
        SecretNames names;
        const json::value tree = value->to_value();
        if (!tree.is_object()) note(name);
        for (const auto& member : tree.is_object() ? tree.get_object() : json::object()) {
            if (!member.value().is_string()) note(name);
            if (member.value().is_string())
                names.emplace_back(member.key(), member.value().get_string());
        }
        return names;
    }
    template <typename IdType>
    std::optional<IdType> id(std::string_view name) {
        const std::string id_text = text(name);
        if (id_text.empty()) return std::nullopt;
        auto id = parse_id<IdType>(id_text);
        if (!id) note(name);
        return id ? std::optional<IdType>(*id) : std::nullopt;
    }
    std::optional<RunError> error(std::string_view name) {
        const auto value = take(name);
        if (!value) return std::nullopt;
        RunError error;
        const auto code = value->child(std::string("code"));
        const auto message = value->child(std::string("message"));
        if (!code || !message) note(name);
        error.code = code ? code->as_plain_text() : "";
        error.message = message ? message->as_plain_text() : "";
        if (const auto node = value->child(std::string("nodeId")))
            error.node_id = node->as_plain_text();
        const auto retryable = value->child(std::string("retryable"));
        error.retryable = retryable && retryable->view() == "true";
        error.details = value->child(std::string("details"));
        return error;
    }
    Spending spending() {
        const auto value = take("spent");
        return value ? read_spending(*value) : Spending{};
    }
    model::Budget allowance() {
        const auto value = take("allowance");
        return value ? read_budget(*value) : model::Budget{};
    }
    // Everything that was not taken, as an object.
    std::optional<JsonText> rest() const {
        std::string out = "{";
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (taken_[i]) continue;
            if (out.size() > 1) out += ',';
            append_json_string(out, members_[i].first);
            out += ':';
            out += members_[i].second.view();
        }
        if (out.size() == 1) return std::nullopt;
        out += '}';
        return JsonText::trusted(std::move(out));
    }

    void note(std::string_view name) {
        if (problem_.empty()) problem_ = fmt::format("member '{}' is missing or wrong", name);
    }
    const std::string& problem() const { return problem_; }

private:
    std::string text_of(std::string_view name, const std::optional<JsonText>& value) {
        if (!value) return "";
        if (value->kind() != JsonKind::string) note(name);
        return value->as_plain_text();
    }

    const List& members_;
    std::vector<bool> taken_;
    std::string problem_;
};

}  // namespace swiftgrid::engine

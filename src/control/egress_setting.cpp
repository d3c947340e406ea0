#include "control/egress_setting.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/assert.h"
#include "base/limits.h"
#include "net/http_header.h"

namespace swiftgrid::control {
namespace {

constexpr std::string_view mend =
    "Write host, host:port, an address or a block such as 10.0.0.0/8, one for each entry.";

model::Problem wrong(std::string pointer, std::string code, std::string detail) {
    return problem_at(std::move(pointer), std::move(code), std::move(detail), std::string(mend));
}

// The entry without the blanks around it, or what is wrong with it.
std::expected<std::string, model::Problem> read_entry(const json::value& value,
                                                      const std::string& pointer) {
    if (!value.is_string())
        return std::unexpected(wrong(pointer, "wrong_type", "an entry is a text"));
    std::string entry(net::trimmed(std::string_view(value.get_string())));
    if (entry.empty())
        return std::unexpected(wrong(pointer, "invalid_value", "this entry is empty"));
    if (entry.size() > limits::egress_entry_characters)
        return std::unexpected(wrong(
            pointer, "too_large",
            fmt::format("an entry has at most {} characters", limits::egress_entry_characters)));
    if (entry.contains(','))
        return std::unexpected(
            wrong(pointer, "invalid_value",
                  fmt::format("'{}' is more than one; give each an entry of its own", entry)));
    if (const auto guard = net::EgressGuard::parse(std::span(&entry, 1)); !guard)
        return std::unexpected(wrong(pointer, "invalid_value", guard.error().message));
    return entry;
}

std::expected<json::value, std::vector<model::Problem>> read_entries(const json::value& value) {
    using Problems = std::vector<model::Problem>;
    const auto* list = value.if_array();
    if (!list) return std::unexpected(Problems{wrong("", "wrong_type", "expected a list")});
    if (list->size() > limits::egress_entries)
        return std::unexpected(Problems{wrong("", "too_large",
                                              fmt::format("there may be {} entries, these are {}",
                                                          limits::egress_entries, list->size()))});
    json::array entries;
    Problems problems;
    for (std::size_t i = 0; i < list->size(); ++i) {
        auto entry = read_entry((*list)[i], fmt::format("/{}", i));
        if (!entry)
            problems.push_back(std::move(entry.error()));
        else if (std::ranges::find(entries, json::value(*entry)) == entries.end())
            entries.emplace_back(*entry);
    }
    if (!problems.empty()) return std::unexpected(std::move(problems));
    return json::value(std::move(entries));
}

}  // namespace

Setting egress_setting(net::HttpClient& client, std::vector<std::string> flag) {
    Setting setting;
    setting.name = "allowEgress";
    setting.fallback = json::array();
    setting.read = read_entries;
    setting.from_flags = json::array(flag.begin(), flag.end());
    setting.apply = [&client, flag = std::move(flag)](const json::value& value) {
        std::vector<std::string> entries = flag;
        for (const json::value& entry : value.get_array()) entries.emplace_back(entry.get_string());
        auto guard = net::EgressGuard::parse(entries);
        SG_ASSERT(guard.has_value(), "the entries were checked one by one");
        client.replace_guard(std::move(*guard));
    };
    return setting;
}

}  // namespace swiftgrid::control

#pragma once

// Paths whose values are never recorded: the run keeps a stand-in, and whoever carries an attempt
// out puts the value in (docs/decisions/0010).

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "expr/template.h"

namespace swiftgrid::model {

constexpr std::string_view resume_url_member = "resumeUrl";

// `$run.resumeUrl…`: the addresses that resume nodes which wait.
inline bool is_resume_url(const expr::Path& path) {
    if (path.root != "$run" || path.steps.empty()) return false;
    const auto* member = std::get_if<std::string>(&path.steps.front());
    return member != nullptr && *member == resume_url_member;
}

// The id of the node that such an address resumes; none given is a mistake.
inline std::optional<std::string> resumed_node(const expr::Path& path) {
    if (path.steps.size() < 2) return std::nullopt;
    const auto* index = std::get_if<std::size_t>(&path.steps[1]);
    return index ? std::to_string(*index) : std::get<std::string>(path.steps[1]);
}

// The name after `$env`; nothing for another path, and none given is a mistake.
inline std::optional<std::string> env_name(const expr::Path& path) {
    if (path.root != "$env" || path.steps.empty()) return std::nullopt;
    const auto* name = std::get_if<std::string>(&path.steps.front());
    return name ? std::optional(*name) : std::nullopt;
}

inline bool is_secret(const expr::Path& path) { return path.root == "$env" || is_resume_url(path); }

}  // namespace swiftgrid::model

#include "control/caller.h"

#include <array>

namespace swiftgrid::control {
namespace {

constexpr std::array all_roles{Role::viewer, Role::operator_, Role::editor, Role::owner};

}  // namespace

std::string_view to_string(Role role) {
    switch (role) {
        case Role::viewer: return "viewer";
        case Role::operator_: return "operator";
        case Role::editor: return "editor";
        case Role::owner: return "owner";
    }
    return "";
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role : all_roles) {
        if (to_string(role) == text) return role;
    }
    return std::nullopt;
}

}  // namespace swiftgrid::control

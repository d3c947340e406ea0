#pragma once

// The providers that the editor offers to choose from. All speak OpenAI's protocol; any other
// server that does is `custom`.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace swiftgrid::nodes::llm_chat {

struct Preset {
    std::string_view id;
    std::string_view label;
    std::string_view base_url;
    std::string_view api_key;
    std::vector<std::string_view> models;  // suggestions; the first one is filled in
    bool is_local = false;
    std::string_view hint = {};
};

// In the order of the drop-down.
std::span<const Preset> presets();

// Null when there is none of that name.
const Preset* find_preset(std::string_view id);

// The preset whose address this is, "custom" for any other.
std::string_view provider_of(std::string_view base_url);

// The body of GET /api/llm/presets.
json::object presets_json();

}  // namespace swiftgrid::nodes::llm_chat

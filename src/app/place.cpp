#include "app/place.h"

#include <cstdlib>

#include "app/files.h"

namespace swiftgrid::app {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

HostOptions folder_options(const PlaceOptions& options) {
    return {.data_dir = options.data_dir,
            .script_workers = 1,
            .server_key = environment("SWIFTGRID_SERVER_KEY")};
}

Result<json::object> object_of(const Result<std::string>& text) {
    if (!text) return std::unexpected(text.error());
    auto value = parse_json(*text);
    if (!value) return std::unexpected(value.error());
    return std::move(value->as_object());
}

Result<std::string> read_value(std::size_t bytes_max) {
    auto value = read_file("-", bytes_max + 2);
    if (!value) return value;
    if (value->ends_with('\n')) value->pop_back();
    if (value->ends_with('\r')) value->pop_back();
    return value;
}

}  // namespace swiftgrid::app

#include "nodes/value_path.h"

namespace swiftgrid::nodes {
namespace {

class ValueScope : public expr::Scope {
public:
    explicit ValueScope(const JsonText& value) : value_(value) {}

    std::optional<JsonText> root(std::string_view) const override { return value_; }
    std::string why_missing(std::string_view) const override { return "there is no value"; }

private:
    const JsonText& value_;
};

}  // namespace

Result<expr::Path> parse_value_path(std::string_view text, std::string_view root) {
    // A path begins with the name of a root, so it gets one.
    return expr::parse_path(std::string(root) + (text.starts_with('[') ? "" : ".") +
                            std::string(text));
}

Result<JsonText> read_value(const JsonText& value, std::string_view path, std::string_view root) {
    const auto parsed = parse_value_path(path, root);
    if (!parsed) return std::unexpected(parsed.error());
    return expr::read_path(*parsed, ValueScope(value));
}

}  // namespace swiftgrid::nodes

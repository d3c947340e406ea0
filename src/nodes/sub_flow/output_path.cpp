#include "nodes/sub_flow/output_path.h"

namespace swiftgrid::nodes::sub_flow {
namespace {

class OutputScope : public expr::Scope {
public:
    explicit OutputScope(const JsonText& output) : output_(output) {}

    std::optional<JsonText> root(std::string_view) const override { return output_; }
    std::string why_missing(std::string_view) const override { return "there is no output"; }

private:
    const JsonText& output_;
};

}  // namespace

Result<expr::Path> parse_output_path(std::string_view text) {
    // A path begins with the name of a root, so it gets one.
    const std::string root = text.starts_with('[') ? "output" : "output.";
    return expr::parse_path(root + std::string(text));
}

Result<JsonText> read_output(const JsonText& output, std::string_view path) {
    const auto parsed = parse_output_path(path);
    if (!parsed) return std::unexpected(parsed.error());
    return expr::read_path(*parsed, OutputScope(output));
}

}  // namespace swiftgrid::nodes::sub_flow

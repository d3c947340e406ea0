// Hostile text as a template: problems, an error, or valid JSON; never a crash.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "expr/template.h"

using namespace swiftgrid;

namespace {

class FixedScope : public expr::Scope {
public:
    std::optional<JsonText> root(std::string_view name) const override {
        if (name != "a") return std::nullopt;
        return JsonText::trusted(R"({"body":{"items":[1,"two",{"x":null}],"a-b":"{{ a }}"}})");
    }
    std::string why_missing(std::string_view) const override { return "there is no such node"; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    // Templates stand in documents, which are valid UTF-8.
    std::string quoted;
    append_json_string(quoted, text);
    const auto tree = parse_json("{\"field\":" + quoted + "}");
    if (!tree) return 0;

    std::vector<expr::Template::Problem> problems;
    const auto compiled = expr::Template::compile(*tree, problems);
    if (!problems.empty()) return 0;
    const std::vector<JsonText> script_values(compiled.scripts().size());
    const auto value = compiled.evaluate(FixedScope(), script_values);
    if (value) SG_ASSERT(JsonText::parse(value->view()).has_value(), "what is spliced is JSON");
    return 0;
}

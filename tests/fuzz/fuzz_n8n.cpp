// Hostile workflows of n8n: what is not refused becomes documents that can be read, stored and read
// again.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "control/n8n/convert.h"
#include "model/flow_json.h"
#include "model/test_types.h"

using namespace swiftgrid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const model::NodeTypes types = model::test_types();
    const auto file = parse_json({reinterpret_cast<const char*>(data), size});
    if (!file || !control::n8n::looks_like_n8n(*file)) return 0;

    const auto converted = control::n8n::convert(*file);
    if (!converted) {
        SG_ASSERT(!converted.error().problems.empty(), "a refusal says why");
        return 0;
    }
    SG_ASSERT(!converted->documents.empty(), "a workflow gives a document");
    for (const json::object& document : converted->documents) {
        std::vector<model::Problem> problems;
        SG_ASSERT(model::read_flow(document, types, problems).has_value(),
                  "it has the form of one");
        SG_ASSERT(parse_json(canonical_json(document)).has_value(), "it can be stored");
    }
    control::report_json(converted->report);
    return 0;
}

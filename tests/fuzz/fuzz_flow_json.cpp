// Hostile documents as flows: every problem is reported; what has none can be written, read back
// and planned.

#include <cstddef>
#include <cstdint>

#include "base/assert.h"
#include "model/flow_json.h"
#include "model/plan.h"
#include "model/test_types.h"
#include "model/validate.h"

using namespace swiftgrid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const model::NodeTypes types = model::test_types();
    const auto document = parse_json({reinterpret_cast<const char*>(data), size});
    if (!document) return 0;

    const auto read = model::read_and_validate(*document, types);
    SG_ASSERT(read.flow || !read.problems.empty(), "a document without a flow has a problem");
    if (!read.flow || !read.problems.empty()) return 0;

    const json::object written = model::write_flow(*read.flow);
    const auto again = model::read_and_validate(written, types);
    SG_ASSERT(again.flow && again.problems.empty(), "what we write, we accept");
    SG_ASSERT(canonical_json(model::write_flow(*again.flow)) == canonical_json(written),
              "writing is a fixed point");
    SG_ASSERT(model::make_plan(*read.flow, types, GraphId{}).has_value(),
              "a flow without problems has a plan");
    return 0;
}

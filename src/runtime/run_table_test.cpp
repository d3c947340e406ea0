#include "runtime/run_table.h"

#include <gtest/gtest.h>

#include "store/memory_backend.h"

namespace swiftgrid::runtime {
namespace {

TEST(ReplayRun, ARunWhoseFirstRecordsWereDeletedDoesNotExist) {
    const RunId run{Uuid{{7}}};
    store::MemoryBackend backend;
    store::Batch batch;
    batch.events = {{run, 5, 2, Instant{}, R"([[8,5,"a",1,{}],[8,6,"a",1,{}]])"}};
    ASSERT_TRUE(backend.commit(batch));
    const model::NodeTypes types(std::vector<model::NodeDescriptor>{});
    PlanCache plans(
        types, [](GraphId) -> Result<std::string> { return fail(ErrorCode::not_found, ""); }, 1);
    const auto replayed = replay_run(backend, plans, run);
    ASSERT_FALSE(replayed);
    EXPECT_EQ(replayed.error().code, ErrorCode::not_found);
    EXPECT_NE(replayed.error().message.find(to_string(run)), std::string::npos);
}

}  // namespace
}  // namespace swiftgrid::runtime

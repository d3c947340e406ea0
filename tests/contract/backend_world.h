#pragma once

// The backends that keep the promises of backend.h, each with all it stands on.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "store/faulty_backend.h"
#include "store/memory_backend.h"
#include "store/sqlite_backend.h"
#include "store/testing/samples.h"

namespace swiftgrid::store {

struct World {
    std::unique_ptr<testing::TemporaryFolder> folder;
    std::unique_ptr<Database> database;
    std::unique_ptr<Backend> inner;
    std::unique_ptr<Backend> backend;
};

inline World memory_world() {
    return {nullptr, nullptr, nullptr, std::make_unique<MemoryBackend>()};
}

inline World sqlite_world() {
    World world;
    world.folder = std::make_unique<testing::TemporaryFolder>();
    auto database = Database::open(world.folder->path());
    SG_ASSERT(database.has_value(), "a fresh folder opens");
    world.database = std::move(*database);
    world.backend = std::make_unique<SqliteBackend>(*world.database);
    return world;
}

inline World sqlite_in_memory_world() {
    World world;
    auto database = Database::open_in_memory();
    SG_ASSERT(database.has_value(), "memory opens");
    world.database = std::move(*database);
    world.backend = std::make_unique<SqliteBackend>(*world.database);
    return world;
}

inline World faultless_world() {
    World world;
    world.inner = std::make_unique<MemoryBackend>();
    world.backend = std::make_unique<FaultyBackend>(*world.inner);
    return world;
}

inline World forgetful_world() {
    World world = faultless_world();
    Faults faults;
    faults.lose_from_commit = 1;
    static_cast<FaultyBackend&>(*world.backend).set_faults(faults);
    return world;
}

struct Kind {
    std::string name;
    std::function<World()> make;
};

// Those that refuse a batch that contradicts the log.
inline std::vector<Kind> honest_kinds() {
    return {{"Memory", memory_world},
            {"Sqlite", sqlite_world},
            {"SqliteInMemory", sqlite_in_memory_world}};
}

inline std::vector<Kind> all_kinds() {
    std::vector<Kind> kinds = honest_kinds();
    kinds.push_back({"FaultyWithoutFaults", faultless_world});
    kinds.push_back({"FaultyUnsynced", forgetful_world});
    return kinds;
}

inline std::string name_of(const ::testing::TestParamInfo<Kind>& info) { return info.param.name; }

class BackendTest : public ::testing::TestWithParam<Kind> {
protected:
    World world_ = GetParam().make();
    Backend& backend_ = *world_.backend;

    void commit_events(std::vector<EventRecord> records) {
        Batch batch;
        batch.events = std::move(records);
        ASSERT_TRUE(backend_.commit(batch));
    }
    void commit_runs(std::vector<RunRow> rows) {
        Batch batch;
        batch.runs = std::move(rows);
        ASSERT_TRUE(backend_.commit(batch));
    }
};

}  // namespace swiftgrid::store

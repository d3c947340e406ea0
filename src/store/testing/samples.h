#pragma once

// Rows and records for tests, and a folder that goes away.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/assert.h"
#include "store/batch.h"

namespace swiftgrid::store::testing {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "swiftgrid-XXXXXX").string();
        SG_ASSERT(::mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// Ids in the order of their numbers, as UUIDv7 are in the order of time.
inline Uuid uuid_of(std::uint64_t number) {
    Uuid uuid;
    for (std::size_t i = 0; i < 8; ++i)
        uuid.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    uuid.bytes[0] = 1;
    uuid.bytes[6] = 0x70;
    return uuid;
}
inline RunId run_of(std::uint64_t number) { return {uuid_of(number)}; }
inline FlowId flow_of(std::uint64_t number) { return {uuid_of(number)}; }

constexpr Instant noon{1'800'000'000'000};

inline EventRecord record_of(RunId run, std::uint64_t first_seq, std::uint32_t count) {
    EventRecord record{run, first_seq, count, noon, "["};
    for (std::uint32_t i = 0; i < count; ++i)
        record.events += (i ? "," : "") + std::string("[8,") + std::to_string(i) +
                         ",\"fetch\",1,{\"result\":" + std::to_string(first_seq + i) + "}]";
    record.events += "]";
    return record;
}

inline RunRow row_of(RunId run, std::string status, FlowId flow = flow_of(1)) {
    RunRow row;
    row.id = run;
    row.flow = flow;
    row.status = std::move(status);
    row.created_at = noon;
    row.started_at = noon;
    return row;
}

}  // namespace swiftgrid::store::testing

#pragma once

// What one turn of one shard wants on disk together: the events that happened, the rows that follow
// from them, graphs that may not be stored yet, keys and tokens. The store does not know what
// events mean: `EventRecord::events` is text of the engine's codec. Batches are moved, never
// copied.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/instant.h"

namespace swiftgrid::store {

// The events of one run in one commit, numbered first_seq, first_seq + 1, …, count of them.
struct EventRecord {
    RunId run;
    std::uint64_t first_seq = 0;
    std::uint32_t count = 0;
    Instant at;
    std::string
        events;  // JSON array of `count` elements [type, delta_ms, node|null, attempt, payload]

    bool operator==(const EventRecord&) const = default;
};

// The projection of a run's state that lists show; written whenever the run has new events.
struct RunRow {
    RunId id;
    FlowId flow;
    std::optional<std::int64_t> version;  // none: the draft
    GraphId graph;
    std::string status = "pending";  // pending running suspended completed failed cancelled
    std::string trigger = "manual";  // manual webhook cron subflow map replay mcp
    std::optional<RunId> parent;
    std::optional<RunId> replay_of;
    std::string calling_node_id;
    int depth = 0;
    Instant created_at;
    std::optional<Instant> started_at;
    std::optional<Instant> completed_at;
    std::string error;    // JSON object or ""
    std::string current;  // what the run is doing, or ""
    std::uint64_t last_seq = 0;
    std::optional<Instant> wake_at;  // the run's next timer
    bool owes = false;               // after a crash it has to be replayed: it owes work

    bool operator==(const RunRow&) const = default;
};

// Stored once per id: equal graphs share one document.
struct GraphDocument {
    GraphId id;
    std::string text;

    bool operator==(const GraphDocument&) const = default;
};

// Remembers which run a key started. A later record of the same scope and key replaces it.
struct IdempotencyKey {
    std::string scope;
    std::string key;
    std::string fingerprint;  // of the request: the same key with another request is a mistake
    RunId run;
    Instant at;

    bool operator==(const IdempotencyKey&) const = default;
};

// How far the fan-out of a node is. A later row of the same run and node replaces it.
struct MapRow {
    RunId run;
    std::string node_id;
    std::int64_t total = 0;
    std::int64_t completed = 0;
    std::int64_t failed = 0;
    Instant created_at;
    std::optional<Instant> completed_at;

    bool operator==(const MapRow&) const = default;
};

using TokenHash = std::array<std::uint8_t, 32>;

// What a resume URL resumes. The token itself is never stored.
struct ResumeToken {
    TokenHash hash{};
    RunId run;
    std::string node_id;

    bool operator==(const ResumeToken&) const = default;
};

struct Batch {
    std::vector<EventRecord> events;
    std::vector<RunRow> runs;
    std::vector<GraphDocument> graphs;
    std::vector<IdempotencyKey> keys;
    std::vector<MapRow> maps;
    std::vector<ResumeToken> tokens;

    bool empty() const {
        return events.empty() && runs.empty() && graphs.empty() && keys.empty() && maps.empty() &&
               tokens.empty();
    }
};

// About how many bytes the batch adds to a transaction.
std::size_t size_bytes(const Batch& batch);

// A page of Backend::read_run that is full, by number or by bytes, need not be the last one.
bool is_full_page(std::span<const EventRecord> page, std::size_t limit);

// Moves everything of `other` behind what `batch` holds.
void append(Batch& batch, Batch&& other);

}  // namespace swiftgrid::store

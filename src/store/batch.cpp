#include "store/batch.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"

namespace swiftgrid::store {
namespace {

// Keys, integers and page overhead of one row, roughly.
constexpr std::size_t row_bytes = 100;

template <typename Row>
void move_behind(std::vector<Row>& rows, std::vector<Row>& others) {
    if (rows.empty()) {
        rows.swap(others);
        return;
    }
    std::ranges::move(others, std::back_inserter(rows));
}

}  // namespace

std::size_t size_bytes(const Batch& batch) {
    std::size_t bytes = row_bytes * (batch.events.size() + batch.runs.size() + batch.graphs.size() +
                                     batch.keys.size() + batch.maps.size() + batch.tokens.size());
    for (const EventRecord& record : batch.events) bytes += record.events.size();
    for (const RunRow& row : batch.runs) bytes += row.error.size();
    for (const GraphDocument& graph : batch.graphs) bytes += graph.text.size();
    return bytes;
}

bool is_full_page(std::span<const EventRecord> page, std::size_t limit) {
    std::size_t bytes = 0;
    for (const EventRecord& record : page) bytes += record.events.size();
    return page.size() >= limit || bytes >= limits::commit_bytes;
}

void append(Batch& batch, Batch&& other) {
    move_behind(batch.events, other.events);
    move_behind(batch.runs, other.runs);
    move_behind(batch.graphs, other.graphs);
    move_behind(batch.keys, other.keys);
    move_behind(batch.maps, other.maps);
    move_behind(batch.tokens, other.tokens);
}

}  // namespace swiftgrid::store

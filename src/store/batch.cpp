#include "store/batch.h"

#include <algorithm>
#include <iterator>

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

void append(Batch& batch, Batch&& other) {
    move_behind(batch.events, other.events);
    move_behind(batch.runs, other.runs);
    move_behind(batch.graphs, other.graphs);
    move_behind(batch.keys, other.keys);
    move_behind(batch.maps, other.maps);
    move_behind(batch.tokens, other.tokens);
}

}  // namespace swiftgrid::store

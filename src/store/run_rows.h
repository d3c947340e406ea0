#pragma once

// Rows of workflow_runs as the union of a few sources, each of which an index gives in the order of
// id, so that only as many rows are read as a page needs.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "store/catalog_types.h"
#include "store/sqlite.h"

namespace swiftgrid::store {

using Parameter = std::variant<std::int64_t, Uuid, std::string>;

// One part of the union: a table with the index that gives its runs in order.
struct Source {
    std::string table;
    std::string conditions;  // of the index; each begins with " AND "
    std::vector<Parameter> parameters;
    // What else must hold: rows are read one by one to see whether it does, so their number is
    // bounded.
    std::string filters = {};
    std::vector<Parameter> filter_parameters = {};
    unsigned holds = 0;  // what of a query its conditions say already

    void require(std::string_view condition, Parameter parameter) {
        conditions += " AND ";
        conditions += condition;
        parameters.push_back(std::move(parameter));
    }
    void filter(std::string_view condition, Parameter parameter) {
        filters += " AND ";
        filters += condition;
        filter_parameters.push_back(std::move(parameter));
    }
};

enum class Order { newest_first, oldest_first };

struct RunRows {
    std::vector<RunSummary> runs;
    // Where the search ended before there were enough rows: all runs up to this one were seen.
    std::optional<RunId> seen_until = {};
};
Result<RunRows> read_runs(sqlite::Connection& connection, const std::vector<Source>& sources,
                          Order order, std::size_t rows);

// How many runs they hold together, however many rows have to be read for it.
Result<std::int64_t> count_rows(sqlite::Connection& connection, const std::vector<Source>& sources);

}  // namespace swiftgrid::store

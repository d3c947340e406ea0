#pragma once

// Rows of workflow_runs as the union of a few sources, each of which an index gives in the order of
// id, so that only as many rows are read as a page needs.

#include <cstddef>
#include <cstdint>
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

// One part of the union: a table with the index that gives its runs in order, and what must hold.
struct Source {
    std::string table;
    std::string conditions;  // each begins with " AND "
    std::vector<Parameter> parameters;

    void require(std::string_view condition, Parameter parameter) {
        conditions += " AND ";
        conditions += condition;
        parameters.push_back(std::move(parameter));
    }
};

enum class Order { newest_first, oldest_first };

Result<std::vector<RunSummary>> read_runs(sqlite::Connection& connection,
                                          const std::vector<Source>& sources, Order order,
                                          std::size_t rows);

}  // namespace swiftgrid::store

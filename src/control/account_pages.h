#pragma once

// A page of a list that is in memory, ordered by id, the newest first.

#include <optional>
#include <string>
#include <vector>

#include "control/answer.h"
#include "control/flow_view.h"
#include "store/cursor.h"

namespace swiftgrid::control {

template <typename Row, typename Append>
Answer<std::string> account_page(const std::vector<Row>& rows, const std::string& cursor,
                                 std::size_t limit, const Append& append) {
    const auto before = store::parse_id_cursor(cursor);
    if (!before) return refuse(before.error());
    std::string items;
    std::size_t count = 0;
    std::optional<Uuid> last;
    for (const Row& row : rows) {
        if (*before && !(row.id.uuid < **before)) continue;
        if (count == limit) return page_json(items, store::cursor_of(*last));
        if (count > 0) items += ',';
        append(items, row);
        last = row.id.uuid;
        ++count;
    }
    return page_json(items, std::nullopt);
}

}  // namespace swiftgrid::control

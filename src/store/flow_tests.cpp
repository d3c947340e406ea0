#include "store/flow_tests.h"

#include <fmt/format.h>

#include "store/catalog_rows.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

Result<FlowTestsRow> read_tests(Connection& connection, FlowId flow) {
    if (auto known = require_flow(connection, flow); !known) return std::unexpected(known.error());
    Query query(connection,
                "SELECT revision, tests, updated_by, updated_at FROM flow_tests"
                " WHERE workflow_id = ?");
    auto row = query.bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return FlowTestsRow{};
    return FlowTestsRow{query.integer(0), query.text(1), query.text(2), query.instant(3)};
}

Result<void> write_tests(Connection& connection, FlowId flow, const FlowTestsRow& row) {
    const auto stored = read_tests(connection, flow);
    if (!stored) return std::unexpected(stored.error());
    if (stored->revision != row.revision)
        return fail(ErrorCode::precondition_failed,
                    fmt::format("the tests were changed meanwhile: they are at revision {}, you "
                                "have {}",
                                stored->revision, row.revision));
    Query insert(connection,
                 "INSERT OR REPLACE INTO flow_tests (workflow_id, revision, tests, updated_by,"
                 " updated_at) VALUES (?, ?, ?, ?, ?)");
    insert.bind(flow).bind(row.revision + 1).bind(row.tests).bind(row.updated_by);
    return insert.bind(row.updated_at).run();
}

}  // namespace

Result<FlowTestsRow> FlowTests::get(FlowId flow) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    return read_tests(**loan, flow);
}

Result<std::int64_t> FlowTests::put(FlowId flow, const FlowTestsRow& row) {
    auto done = journal_.mutate_and_wait(
        [&](Connection& connection) { return write_tests(connection, flow, row); });
    if (!done) return std::unexpected(done.error());
    return row.revision + 1;
}

}  // namespace swiftgrid::store

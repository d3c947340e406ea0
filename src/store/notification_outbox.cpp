#include "store/notification_outbox.h"

#include <set>

#include "base/assert.h"
#include "base/limits.h"
#include "store/cursor.h"
#include "store/notification_rows.h"
#include "store/run_codes.h"

namespace swiftgrid::store {
namespace {

using sqlite::Connection;
using sqlite::Query;

NotificationCause cause_of(const Query& query) {
    NotificationCause cause;
    cause.number = query.integer(0);
    cause.run = query.optional_id<RunId>(1);
    cause.flow = query.id<FlowId>(2);
    cause.flow_name = query.text(3);
    if (cause.run) {
        cause.status = status_text(static_cast<int>(query.integer(4)));
        cause.error = query.text(5);
        cause.at = query.instant(6);
        cause.duration_ms = query.integer(7);
        return cause;
    }
    cause.planned_at = query.instant(8);
    cause.count = query.integer(9);
    cause.detail = query.text(10);
    cause.at = query.instant(11);
    return cause;
}

// How far the next ones go.
Result<void> count_causes(Connection& connection, std::size_t limit,
                          NotificationOutbox::Causes& found) {
    Query query(connection,
                "SELECT coalesce(max(number), 0), count(*) FROM (SELECT number"
                " FROM notification_causes ORDER BY number LIMIT ?)");
    auto row = query.bind(limit).next();
    if (!row) return std::unexpected(row.error());
    found.last = query.integer(0);
    found.has_more = query.integer(1) == static_cast<std::int64_t>(limit);
    return {};
}

// The last parameters are the id before which it goes on, and how many there are.
Result<Page<NotificationDelivery>> page_of(Query& query, const std::optional<Uuid>& before,
                                           std::size_t limit) {
    SG_ASSERT(limit > 0, "a page has room for an item");
    const Uuid last = before.value_or(largest_uuid);
    query.bind(last).bind(limit + 1);
    auto rows = sqlite::read_rows(query, delivery_row);
    if (!rows) return std::unexpected(rows.error());
    Page<NotificationDelivery> page{*std::move(rows), std::nullopt};
    if (page.items.size() > limit) {
        page.items.pop_back();
        page.next_cursor = cursor_of(page.items.back().id.uuid);
    }
    return page;
}

}  // namespace

Result<NotificationOutbox::Causes> NotificationOutbox::causes(std::size_t limit) {
    SG_ASSERT(limit > 0, "at least one is looked at");
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Causes found;
    if (auto counted = count_causes(**loan, limit, found); !counted)
        return std::unexpected(counted.error());
    if (found.last == 0) return found;
    Query query(**loan,
                "SELECT cause.number, cause.run_id, flow.id, flow.name, run.status, run.error,"
                " run.created_at + run.completed_after_ms,"
                " run.completed_after_ms - coalesce(run.started_after_ms, 0), cause.planned_at,"
                " cause.occurrence_count, cause.detail, cause.decided_at"
                " FROM notification_causes AS cause"
                " LEFT JOIN workflow_runs AS run ON run.id = cause.run_id"
                " JOIN workflows AS flow ON flow.id = coalesce(cause.workflow_id, run.workflow_id)"
                " WHERE cause.number <= ? ORDER BY cause.number");
    auto rows = sqlite::read_rows(query.bind(found.last), cause_of);
    if (!rows) return std::unexpected(rows.error());
    found.causes = *std::move(rows);
    return found;
}

Result<std::string> NotificationOutbox::status_before(const NotificationCause& cause) {
    SG_ASSERT(cause.run.has_value(), "only runs have a run before them");
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    // The last ones by their start are enough: longer than that few runs overtake each other.
    Query query(**loan,
                "SELECT status FROM (SELECT id, status, parent_run_id, created_at +"
                "  completed_after_ms AS ended_at FROM workflow_runs"
                "  INDEXED BY workflow_runs_by_workflow WHERE workflow_id = ?1"
                "  ORDER BY id DESC LIMIT ?4)"
                " WHERE id <> ?2 AND parent_run_id IS NULL AND status IN (3, 4)"
                " AND ended_at <= ?3 ORDER BY ended_at DESC, id DESC LIMIT 1");
    auto row = query.bind(cause.flow)
                   .bind(*cause.run)
                   .bind(cause.at)
                   .bind(limits::notification_causes)
                   .next();
    if (!row) return std::unexpected(row.error());
    return *row ? status_text(static_cast<int>(query.integer(0))) : std::string();
}

Result<NotificationOutbox::Waiting> NotificationOutbox::waiting(RunId after, Instant before,
                                                                std::size_t limit) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    // The last condition but one is the one of the partial index, which holds few runs.
    Query query(**loan,
                "SELECT run.id, run.workflow_id, flow.name, run.parent_run_id, flow.id,"
                " CASE WHEN run.parent_run_id IS NULL THEN"
                "  (SELECT created_at FROM run_event_batches WHERE run_id = run.id"
                "  ORDER BY first_seq DESC LIMIT 1) END"
                " FROM (SELECT id, workflow_id, parent_run_id FROM workflow_runs"
                "  INDEXED BY workflow_runs_by_status WHERE status = 2 AND status <> 3 AND id > ?"
                "  ORDER BY id LIMIT ?) AS run"
                " LEFT JOIN workflows AS flow ON flow.id = run.workflow_id ORDER BY run.id");
    query.bind(after).bind(limit);
    Waiting found;
    std::size_t rows = 0;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        ++rows;
        const auto run = query.id<RunId>(0);
        found.last = run;
        const bool is_child = !query.is_null(3);
        if (is_child || query.is_null(4) || query.is_null(5) || query.instant(5) > before) continue;
        found.runs.push_back({run, query.id<FlowId>(1), query.text(2), query.instant(5)});
    }
    if (rows < limit) found.last.reset();
    return found;
}

Result<void> NotificationOutbox::drop_told(std::vector<NewNotification>& messages) {
    if (messages.empty()) return {};
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    std::vector<NewNotification> untold;
    for (NewNotification& message : messages) {
        SG_ASSERT(message.waits_since.has_value(), "only waits are told once");
        Query query(**loan,
                    "SELECT 1 FROM notification_waits WHERE run_id = ? AND channel_id = ?"
                    " AND waiting_since = ?");
        query.bind(message.delivery.run).bind(message.delivery.channel);
        auto told = query.bind(*message.waits_since).next();
        if (!told) return std::unexpected(told.error());
        if (!*told) untold.push_back(std::move(message));
    }
    messages = std::move(untold);
    return {};
}

Result<void> NotificationOutbox::add(const std::vector<NewNotification>& messages,
                                     std::int64_t last, Instant now) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        NotificationRoom room(connection);
        for (const NewNotification& message : messages) {
            if (auto done = add_notification(connection, message, room, now); !done) return done;
        }
        for (const ChannelId channel : room.full_channels()) {
            if (auto done = forget_notifications(connection, channel); !done) return done;
        }
        for (const FlowId flow : room.full_flows()) {
            if (auto done = forget_notifications_of(connection, flow); !done) return done;
        }
        Query done_with(connection, "DELETE FROM notification_causes WHERE number <= ?");
        return done_with.bind(last).run();
    });
}

Result<void> NotificationOutbox::forget_waits() {
    return journal_.mutate_and_wait([](Connection& connection) -> Result<void> {
        Query forget(connection,
                     "DELETE FROM notification_waits WHERE NOT EXISTS (SELECT 1 FROM workflow_runs"
                     " WHERE id = notification_waits.run_id AND status < 3)");
        return forget.run();
    });
}

Result<std::optional<NotificationDelivery>> NotificationOutbox::next(ChannelId channel) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, NOTIFICATION_COLUMNS
                " INDEXED BY notification_deliveries_due"
                " WHERE channel_id = ? AND due_at IS NOT NULL ORDER BY due_at, id LIMIT 1");
    auto row = query.bind(channel).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return delivery_row(query);
}

Result<void> NotificationOutbox::close(const std::vector<DeliveryId>& deliveries) {
    if (deliveries.empty()) return {};
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query update(connection,
                     "UPDATE notification_deliveries SET is_gathering = 0 WHERE id = ?");
        for (const DeliveryId delivery : deliveries) {
            if (auto done = update.bind(delivery).run(); !done) return done;
        }
        return {};
    });
}

Result<void> NotificationOutbox::record(const std::vector<NotificationAttempt>& attempts) {
    if (attempts.empty()) return {};
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        for (const NotificationAttempt& attempt : attempts) {
            if (auto done = write_attempt(connection, attempt); !done) return done;
        }
        std::set<ChannelId> channels;
        std::set<FlowId> flows;
        for (const NotificationAttempt& attempt : attempts) {
            if (attempt.next_at) continue;
            if (attempt.of_flow)
                flows.insert(*attempt.of_flow);
            else
                channels.insert(attempt.channel);
        }
        for (const ChannelId channel : channels) {
            if (auto done = forget_notifications(connection, channel); !done) return done;
        }
        for (const FlowId flow : flows) {
            if (auto done = forget_notifications_of(connection, flow); !done) return done;
        }
        return {};
    });
}

Result<std::optional<NotificationDelivery>> NotificationOutbox::find(ChannelId channel,
                                                                     DeliveryId delivery) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, NOTIFICATION_COLUMNS " WHERE id = ? AND channel_id = ?");
    auto row = query.bind(delivery).bind(channel).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return delivery_row(query);
}

Result<Page<NotificationDelivery>> NotificationOutbox::list(ChannelId channel,
                                                            const std::string& cursor,
                                                            std::size_t limit) {
    const auto before = parse_id_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, NOTIFICATION_COLUMNS
                " INDEXED BY notification_deliveries_by_channel"
                " WHERE channel_id = ? AND id < ? ORDER BY id DESC LIMIT ?");
    return page_of(query.bind(channel), *before, limit);
}

Result<Page<NotificationDelivery>> NotificationOutbox::list_of(FlowId flow,
                                                               const std::string& cursor,
                                                               std::size_t limit) {
    const auto before = parse_id_cursor(cursor);
    if (!before) return std::unexpected(before.error());
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, NOTIFICATION_COLUMNS
                " INDEXED BY notification_deliveries_of_flow WHERE workflow_id = ?"
                " AND target IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?");
    return page_of(query.bind(flow), *before, limit);
}

Result<std::optional<NotificationDelivery>> NotificationOutbox::find_of(FlowId flow,
                                                                        DeliveryId delivery) {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                NOTIFICATION_COLUMNS " WHERE id = ? AND workflow_id = ? AND target IS NOT NULL");
    auto row = query.bind(delivery).bind(flow).next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return std::nullopt;
    return delivery_row(query);
}

Result<std::vector<ChannelId>> NotificationOutbox::waiting_entries() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan,
                "SELECT DISTINCT channel_id FROM notification_deliveries"
                " INDEXED BY notification_deliveries_of_flow_due"
                " WHERE target IS NOT NULL AND due_at IS NOT NULL");
    return sqlite::read_ids<ChannelId>(query);
}

Result<std::map<ChannelId, NotificationDelivery>> NotificationOutbox::newest() {
    auto loan = database_.readers().borrow();
    if (!loan) return std::unexpected(loan.error());
    Query query(**loan, NOTIFICATION_COLUMNS
                " WHERE id IN (SELECT (SELECT last.id FROM notification_deliveries AS last"
                "  INDEXED BY notification_deliveries_by_channel"
                "  WHERE last.channel_id = channel.id ORDER BY last.id DESC LIMIT 1)"
                "  FROM notification_channels AS channel)");
    std::map<ChannelId, NotificationDelivery> newest;
    for (;;) {
        auto row = query.next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return newest;
        NotificationDelivery delivery = delivery_row(query);
        newest.insert_or_assign(delivery.channel, std::move(delivery));
    }
}

Result<void> NotificationOutbox::send_again(ChannelId channel, DeliveryId delivery, Instant now) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query update(connection,
                     "UPDATE notification_deliveries SET status = 'waiting', due_at = ?,"
                     " ended_at = NULL, attempt_count = 0"
                     " WHERE id = ? AND channel_id = ? AND due_at IS NULL");
        if (auto done = update.bind(now).bind(delivery).bind(channel).run(); !done) return done;
        if (connection.changed_rows() > 0) return {};
        Query known(connection,
                    "SELECT 1 FROM notification_deliveries WHERE id = ? AND channel_id = ?");
        auto row = known.bind(delivery).bind(channel).next();
        if (!row) return std::unexpected(row.error());
        if (*row) return fail(ErrorCode::conflict, "this message waits to be sent already");
        return fail(ErrorCode::not_found,
                    "the channel has no message " + to_string(delivery) + " (any more)");
    });
}

Result<void> NotificationOutbox::log(const NotificationDelivery& delivery) {
    return journal_.mutate_and_wait([&](Connection& connection) -> Result<void> {
        Query known(connection, "SELECT 1 FROM notification_channels WHERE id = ?");
        auto row = known.bind(delivery.channel).next();
        if (!row) return std::unexpected(row.error());
        if (!*row) return {};
        if (auto done = insert_notification(connection, delivery, delivery.created_at); !done)
            return done;
        return forget_notifications(connection, delivery.channel);
    });
}

}  // namespace swiftgrid::store

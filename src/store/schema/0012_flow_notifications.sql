-- Notifications of a workflow's own document (docs/decisions/0023).

-- What a version says of them. Versions from before say nothing: they start with the next one.
ALTER TABLE workflow_versions ADD COLUMN notifications TEXT;

-- A draft that would notify others than the active version does is dirty too.
DROP VIEW flow_overview;
CREATE VIEW flow_overview AS
SELECT
  flow.*,
  active.version_number AS active_version_number,
  (SELECT max(version_number) FROM workflow_versions WHERE workflow_id = flow.id)
    AS latest_version_number,
  active.id IS NULL OR active.graph_id <> flow.graph_id
    OR active.input_schema IS NOT flow.input_schema
    OR active.output_schema IS NOT flow.output_schema
    OR active.timeout_ms IS NOT flow.timeout_ms
    OR nullif(active.notifications, '[]') IS NOT nullif(flow.notifications, '[]') AS draft_dirty,
  coalesce(counts.run_count, 0) AS run_count
FROM workflows AS flow
LEFT JOIN workflow_versions AS active ON active.id = flow.active_version_id
LEFT JOIN workflow_run_counts AS counts ON counts.workflow_id = flow.id;

-- Messages are to a channel, or to an entry of a workflow's document: those have an id that follows
-- from the workflow, the type and the address, and no row. So the key to the channels is gone.
CREATE TABLE new_notification_deliveries (
  id BLOB PRIMARY KEY NOT NULL,     -- also the webhook-id
  channel_id BLOB NOT NULL,         -- or the entry's
  target TEXT,                      -- JSON of the entry, as it was; NULL: it is a channel
  event TEXT NOT NULL,
  workflow_id BLOB,                 -- NULL: a test
  workflow_name TEXT NOT NULL,
  run_id BLOB,                      -- of the first cause
  facts TEXT NOT NULL,              -- JSON: what else the message says
  cause_count INTEGER NOT NULL,
  is_gathering INTEGER NOT NULL,    -- 1: what happens again is counted here
  status TEXT NOT NULL,             -- waiting, delivered, failed, dropped
  due_at INTEGER,                   -- of the next attempt; NULL: there is none
  quiet_until INTEGER NOT NULL,     -- the next message about the same waits for this
  attempt_count INTEGER NOT NULL,
  attempts TEXT NOT NULL,           -- JSON: the last attempts
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) WITHOUT ROWID;
INSERT INTO new_notification_deliveries
  SELECT id, channel_id, NULL, event, workflow_id, workflow_name, run_id, facts, cause_count,
    is_gathering, status, due_at, quiet_until, attempt_count, attempts, created_at, ended_at
  FROM notification_deliveries;
DROP TABLE notification_deliveries;
ALTER TABLE new_notification_deliveries RENAME TO notification_deliveries;

CREATE INDEX notification_deliveries_by_channel ON notification_deliveries (channel_id, id);
CREATE INDEX notification_deliveries_due ON notification_deliveries (channel_id, due_at, id)
  WHERE due_at IS NOT NULL;
CREATE INDEX notification_deliveries_ended ON notification_deliveries (channel_id, id)
  WHERE due_at IS NULL;
CREATE INDEX notification_deliveries_by_subject
  ON notification_deliveries (channel_id, event, workflow_id, id);
-- The log of a workflow, and which of them have messages that wait.
CREATE INDEX notification_deliveries_of_flow ON notification_deliveries (workflow_id, id)
  WHERE target IS NOT NULL;
CREATE INDEX notification_deliveries_of_flow_ended ON notification_deliveries (workflow_id, id)
  WHERE target IS NOT NULL AND due_at IS NULL;
CREATE INDEX notification_deliveries_of_flow_due ON notification_deliveries (channel_id, due_at)
  WHERE target IS NOT NULL AND due_at IS NOT NULL;

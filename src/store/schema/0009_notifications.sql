-- Notifications: where messages go, what may be a reason for one, and the messages themselves. The
-- addresses of channels are sealed, in `secrets`.

CREATE TABLE notification_channels (
  id BLOB PRIMARY KEY NOT NULL,
  type TEXT NOT NULL,               -- webhook, slack, discord
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  disabled_because TEXT NOT NULL,   -- '' when a person did it
  shown_url TEXT NOT NULL,          -- the address without what is secret in it
  events TEXT NOT NULL,             -- JSON: names
  flows TEXT,                       -- JSON: ids; NULL is all
  slower_than_ms INTEGER,
  waiting_longer_than_ms INTEGER,
  gather_seconds INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Ends of runs and occurrences of schedules that some channel may want to hear of, in the order of
-- their commits and in the same ones. Looked at once, then deleted.
CREATE TABLE notification_causes (
  number INTEGER PRIMARY KEY,
  run_id BLOB,                      -- NULL: an occurrence that did not start
  workflow_id BLOB,
  planned_at INTEGER,
  occurrence_count INTEGER,
  detail TEXT,
  decided_at INTEGER
);

-- Messages: those that wait are the outbox, the newest of the others the log.
CREATE TABLE notification_deliveries (
  id BLOB PRIMARY KEY NOT NULL,     -- also the webhook-id
  channel_id BLOB NOT NULL REFERENCES notification_channels(id) ON DELETE CASCADE,
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
CREATE INDEX notification_deliveries_by_channel ON notification_deliveries (channel_id, id);
CREATE INDEX notification_deliveries_due ON notification_deliveries (channel_id, due_at, id)
  WHERE due_at IS NOT NULL;
CREATE INDEX notification_deliveries_ended ON notification_deliveries (channel_id, id)
  WHERE due_at IS NULL;
CREATE INDEX notification_deliveries_by_subject
  ON notification_deliveries (channel_id, event, workflow_id, id);

-- Waiting runs that a channel was told about. Since when: a run may wait again.
CREATE TABLE notification_waits (
  run_id BLOB NOT NULL,
  channel_id BLOB NOT NULL REFERENCES notification_channels(id) ON DELETE CASCADE,
  waiting_since INTEGER NOT NULL,
  PRIMARY KEY (run_id, channel_id, waiting_since)
) WITHOUT ROWID;

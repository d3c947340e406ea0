-- The first schema. A released migration is never edited: its checksum is stored with the database.
--
-- Ids are the 16 bytes of a UUIDv7, so rows sort by their time of creation and arrive nearly sorted.
-- Times are milliseconds since 1970. JSON columns hold text.

CREATE TABLE workflows (
  id BLOB PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  graph TEXT NOT NULL,              -- the draft
  graph_id BLOB NOT NULL,           -- address of the draft: equal graphs have equal addresses
  revision INTEGER NOT NULL,        -- counts the saves; what If-Match compares
  active_version_id BLOB,
  input_schema TEXT,
  output_schema TEXT,
  timeout_ms INTEGER,
  notifications TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

-- Graphs by content, so that neither a version nor a run carries a copy.
CREATE TABLE workflow_graphs (
  id BLOB PRIMARY KEY NOT NULL,
  graph TEXT NOT NULL
);

CREATE TABLE workflow_versions (
  id BLOB PRIMARY KEY NOT NULL,
  workflow_id BLOB NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  version_number INTEGER NOT NULL,
  graph_id BLOB NOT NULL REFERENCES workflow_graphs(id),
  input_schema TEXT,
  output_schema TEXT,
  timeout_ms INTEGER,
  change_summary TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (workflow_id, version_number)
);

-- One row per run, a projection of its events. No foreign key: it would be checked in every commit.
-- Input and output are in the events only. `pinned` belongs to people, the rest to the journal.
CREATE TABLE workflow_runs (
  id BLOB PRIMARY KEY NOT NULL,
  workflow_id BLOB NOT NULL,
  version_number INTEGER,           -- NULL: the draft
  graph_id BLOB NOT NULL,
  status INTEGER NOT NULL,          -- 0 pending 1 running 2 suspended 3 completed 4 failed 5 cancelled
  trigger INTEGER NOT NULL,         -- 0 manual 1 webhook 2 cron 3 subflow 4 map 5 replay 6 mcp
  parent_run_id BLOB,
  replay_of_run_id BLOB,
  calling_node_id TEXT,
  depth INTEGER NOT NULL,
  pinned INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  started_after_ms INTEGER,         -- since created_at
  completed_after_ms INTEGER,       -- since created_at
  error TEXT,
  current TEXT,                     -- what an open run is doing, in words
  last_seq INTEGER NOT NULL
) WITHOUT ROWID;

-- Runs that completed are nearly all runs and are found through the other orders; the rest is small
-- and indexed by status, which keeps the commit of an ordinary run cheap.
CREATE INDEX workflow_runs_by_workflow ON workflow_runs (workflow_id, id);
CREATE INDEX workflow_runs_by_trigger ON workflow_runs (trigger, id);
CREATE INDEX workflow_runs_by_status ON workflow_runs (status, id) WHERE status <> 3;
CREATE INDEX workflow_runs_by_workflow_status ON workflow_runs (workflow_id, status, id)
  WHERE status <> 3;
CREATE INDEX workflow_runs_by_parent ON workflow_runs (parent_run_id, id)
  WHERE parent_run_id IS NOT NULL;
CREATE INDEX workflow_runs_pinned ON workflow_runs (id) WHERE pinned = 1;

-- How many runs of a flow are stored: counting them would take longer with every run.
CREATE TABLE workflow_run_counts (
  workflow_id BLOB PRIMARY KEY NOT NULL,
  run_count INTEGER NOT NULL
) WITHOUT ROWID;

-- The events of one run in one commit. `events` is a JSON array of
-- [type, milliseconds since created_at, node id or null, attempt, payload].
CREATE TABLE run_event_batches (
  run_id BLOB NOT NULL,
  first_seq INTEGER NOT NULL,
  event_count INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  events TEXT NOT NULL,
  checksum INTEGER NOT NULL,        -- CRC32C of events
  PRIMARY KEY (run_id, first_seq)
) WITHOUT ROWID;

CREATE TABLE run_audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id BLOB,                      -- no foreign key: the run may be gone; NULL: about the flow
  workflow_id BLOB,
  action TEXT NOT NULL,
  actor TEXT NOT NULL,
  metadata TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX run_audit_log_by_run ON run_audit_log (run_id);
CREATE INDEX run_audit_log_by_workflow ON run_audit_log (workflow_id);

CREATE TABLE idempotency_keys (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  run_id BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

CREATE TABLE settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Flows with what lists and details show of them beside the draft. A flow without an active version
-- has everything still to publish.
CREATE VIEW flow_overview AS
SELECT
  flow.*,
  active.version_number AS active_version_number,
  (SELECT max(version_number) FROM workflow_versions WHERE workflow_id = flow.id)
    AS latest_version_number,
  active.id IS NULL OR active.graph_id <> flow.graph_id
    OR active.input_schema IS NOT flow.input_schema
    OR active.output_schema IS NOT flow.output_schema
    OR active.timeout_ms IS NOT flow.timeout_ms AS draft_dirty,
  coalesce(counts.run_count, 0) AS run_count
FROM workflows AS flow
LEFT JOIN workflow_versions AS active ON active.id = flow.active_version_id
LEFT JOIN workflow_run_counts AS counts ON counts.workflow_id = flow.id;

-- For people with an SQL prompt: one row per event, ids and times as text. Filter large databases
-- by run_key, which is indexed: WHERE run_key = x'0198...'.
CREATE VIEW run_events (run_id, id, node_id, event_type, attempt, payload, created_at, run_key) AS
SELECT
  lower(substr(hex(run_id), 1, 8) || '-' || substr(hex(run_id), 9, 4) || '-' ||
        substr(hex(run_id), 13, 4) || '-' || substr(hex(run_id), 17, 4) || '-' ||
        substr(hex(run_id), 21)),
  first_seq + event.key,
  event.value ->> 2,
  CASE event.value ->> 0
    WHEN 1 THEN 'RUN_CREATED' WHEN 2 THEN 'RUN_STARTED' WHEN 3 THEN 'RUN_COMPLETED'
    WHEN 4 THEN 'RUN_FAILED' WHEN 5 THEN 'RUN_CANCELLED' WHEN 6 THEN 'NODE_SCHEDULED'
    WHEN 7 THEN 'NODE_STARTED' WHEN 8 THEN 'NODE_COMPLETED' WHEN 9 THEN 'NODE_FAILED'
    WHEN 10 THEN 'NODE_RETRY_SCHEDULED' WHEN 11 THEN 'NODE_SUSPENDED' WHEN 12 THEN 'NODE_RESUMED'
    WHEN 13 THEN 'NODE_SKIPPED' WHEN 14 THEN 'NODE_CANCELLED' WHEN 15 THEN 'MAP_ITEM_SETTLED'
    ELSE 'UNKNOWN_' || (event.value ->> 0)
  END,
  event.value ->> 3,
  event.value -> 4,
  strftime('%Y-%m-%dT%H:%M:%fZ', (created_at + (event.value ->> 1)) / 1000.0, 'unixepoch'),
  run_id
FROM run_event_batches, json_each(run_event_batches.events) AS event;

-- The same for runs.
CREATE VIEW runs (id, workflow_id, version, status, trigger, created_at, duration_ms, error, run_key) AS
SELECT
  lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) ||
        '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21)),
  lower(substr(hex(workflow_id), 1, 8) || '-' || substr(hex(workflow_id), 9, 4) || '-' ||
        substr(hex(workflow_id), 13, 4) || '-' || substr(hex(workflow_id), 17, 4) || '-' ||
        substr(hex(workflow_id), 21)),
  version_number,
  CASE status
    WHEN 0 THEN 'pending' WHEN 1 THEN 'running' WHEN 2 THEN 'suspended'
    WHEN 3 THEN 'completed' WHEN 4 THEN 'failed' ELSE 'cancelled'
  END,
  CASE trigger
    WHEN 0 THEN 'manual' WHEN 1 THEN 'webhook' WHEN 2 THEN 'cron' WHEN 3 THEN 'subflow'
    WHEN 4 THEN 'map' WHEN 5 THEN 'replay' ELSE 'mcp'
  END,
  strftime('%Y-%m-%dT%H:%M:%fZ', created_at / 1000.0, 'unixepoch'),
  completed_after_ms - coalesce(started_after_ms, 0),
  error,
  id
FROM workflow_runs;

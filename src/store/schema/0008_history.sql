-- History management (docs/history.md).

-- What is left of runs that are deleted: later records, and the runs that they have started. It
-- goes in portions, so that no commit takes long. For whom the audit log says who deleted them.
CREATE TABLE run_remains (
  run_id BLOB PRIMARY KEY NOT NULL,
  action TEXT NOT NULL,
  actor TEXT NOT NULL
) WITHOUT ROWID;

-- Jobs over many runs.
CREATE TABLE bulk_jobs (
  id BLOB PRIMARY KEY NOT NULL,
  action TEXT NOT NULL,             -- delete, cancel, replay
  status TEXT NOT NULL,             -- running, completed, stopped
  selection TEXT NOT NULL,          -- JSON: what was asked for
  run_ids BLOB,                     -- the ids that were asked for, newest first; NULL: a filter
  actor TEXT NOT NULL,
  idempotency_key TEXT,
  fingerprint TEXT NOT NULL,        -- of the request
  before_id BLOB NOT NULL,          -- the runs before this one are left, newest first
  matched INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 0,  -- it was not in a state for it any more
  failed INTEGER NOT NULL DEFAULT 0,
  error TEXT,                       -- why, of the last one
  created_at INTEGER NOT NULL,
  ended_at INTEGER
) WITHOUT ROWID;
CREATE INDEX bulk_jobs_running ON bulk_jobs (id) WHERE status = 'running';
CREATE UNIQUE INDEX bulk_jobs_by_key ON bulk_jobs (action, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

CREATE INDEX run_audit_log_by_action ON run_audit_log (action);
CREATE INDEX run_audit_log_by_workflow_action ON run_audit_log (workflow_id, action);

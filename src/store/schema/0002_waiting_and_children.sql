-- Runs that wait, children and maps (docs/decisions/0010).

-- What a start needs of a run without replaying it.
ALTER TABLE workflow_runs ADD COLUMN wake_at INTEGER;  -- its next timer
ALTER TABLE workflow_runs ADD COLUMN owes INTEGER NOT NULL DEFAULT 0;  -- 1: must be replayed then
-- Nothing is known of the runs that are open by now.
UPDATE workflow_runs SET owes = 1 WHERE status < 3;

-- A run that starts and ends in one commit is in none of these. The status is repeated where that
-- saves reading the row.
CREATE INDEX workflow_runs_by_wake_at ON workflow_runs (wake_at, id, status)
  WHERE wake_at IS NOT NULL AND status < 3;
CREATE INDEX workflow_runs_owing ON workflow_runs (id) WHERE owes = 1 AND status < 3;
CREATE INDEX workflow_runs_children_by_status ON workflow_runs (status, parent_run_id, id)
  WHERE parent_run_id IS NOT NULL AND status <> 3;

-- How far each fan-out is. The items are in the events.
CREATE TABLE map_iterations (
  run_id BLOB NOT NULL,
  node_id TEXT NOT NULL,
  total_items INTEGER NOT NULL,
  completed_items INTEGER NOT NULL DEFAULT 0,
  failed_items INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  PRIMARY KEY (run_id, node_id)
) WITHOUT ROWID;

-- Which node a resume URL resumes. Only the hash of its token is kept.
CREATE TABLE resume_tokens (
  token_hash BLOB PRIMARY KEY NOT NULL,
  run_id BLOB NOT NULL,
  node_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX resume_tokens_by_run ON resume_tokens (run_id);

-- The versions that the sub-flows of a version had when it was published, where it asked for that:
-- a JSON object of flow id and version number.
ALTER TABLE workflow_versions ADD COLUMN snapshots TEXT;

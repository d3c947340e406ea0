-- Schedules: when flows start by themselves.

ALTER TABLE workflows ADD COLUMN schedule_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN schedule_cron TEXT;                -- NULL: there is no schedule
ALTER TABLE workflows ADD COLUMN schedule_timezone TEXT NOT NULL DEFAULT 'UTC';
ALTER TABLE workflows ADD COLUMN schedule_input_data TEXT;          -- NULL is null
ALTER TABLE workflows ADD COLUMN schedule_overlap_mode TEXT NOT NULL DEFAULT 'skip';
ALTER TABLE workflows ADD COLUMN schedule_missed TEXT NOT NULL DEFAULT 'run_once';
-- The first occurrence about which nothing is decided; what was decided is below.
ALTER TABLE workflows ADD COLUMN schedule_next_run INTEGER;

CREATE INDEX idx_workflows_schedule ON workflows (schedule_next_run, id)
  WHERE schedule_enabled = 1;

-- What became of the occurrences, the newest of each flow. Those that were missed together share a
-- row: planned_at is the last of them.
CREATE TABLE schedule_occurrences (
  workflow_id BLOB NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  planned_at INTEGER NOT NULL,
  outcome TEXT NOT NULL,            -- started, queued, skipped, missed, failed; what is queued is
                                    -- started when the flow has no open run any more
  occurrence_count INTEGER NOT NULL DEFAULT 1,
  run_id BLOB,
  detail TEXT NOT NULL,             -- why, in words
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (workflow_id, planned_at)
) WITHOUT ROWID;
CREATE INDEX schedule_occurrences_queued ON schedule_occurrences (workflow_id)
  WHERE outcome = 'queued';

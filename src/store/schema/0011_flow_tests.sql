-- Tests of flows (docs/flow-tests.md): one document for each flow, as people write it.

CREATE TABLE flow_tests (
  workflow_id BLOB PRIMARY KEY NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,        -- counts the changes
  tests TEXT NOT NULL,              -- JSON: { "tests": [...] }
  updated_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Secrets and variables, and what the server keeps for itself. Values are sealed (control/key_ring.h):
-- this file and backups of it are of no use without the key.
CREATE TABLE secrets (
  name TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,               -- secret, variable, server
  key_id TEXT NOT NULL,             -- of the key it is sealed with
  sealed BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

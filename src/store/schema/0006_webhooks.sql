-- Webhooks: flows that calls from outside start. Their signing secrets are sealed, in `secrets`.

ALTER TABLE workflows ADD COLUMN webhook_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN webhook_require_signature INTEGER NOT NULL DEFAULT 1;
ALTER TABLE workflows ADD COLUMN webhook_response_mode TEXT NOT NULL DEFAULT 'async';  -- async, wait
ALTER TABLE workflows ADD COLUMN webhook_calls_per_minute INTEGER NOT NULL DEFAULT 100;

-- What became of the calls, the newest of each flow. Refusals of one kind that follow each other
-- share a row, so that strangers cannot push the rest out.
CREATE TABLE webhook_deliveries (
  workflow_id BLOB NOT NULL REFERENCES workflows(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,          -- grows within the flow
  received_at INTEGER NOT NULL,     -- the last of them
  call_count INTEGER NOT NULL,
  outcome TEXT NOT NULL,            -- started, repeated, refused, tested
  code TEXT NOT NULL,               -- of the refusal's problem; '' when there was none
  detail TEXT NOT NULL,             -- why, in words
  run_id BLOB,
  idempotency_key TEXT NOT NULL,    -- '' when the call had none
  signed_as TEXT NOT NULL,          -- standard, github, stripe; '' when it was not looked at
  method TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,      -- of the body, which is the run's input and kept with it
  remote_address TEXT NOT NULL,
  PRIMARY KEY (workflow_id, number)
) WITHOUT ROWID;

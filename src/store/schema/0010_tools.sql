-- Workflows that assistants call as tools (docs/mcp.md).

ALTER TABLE workflows ADD COLUMN tool_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN tool_name TEXT NOT NULL DEFAULT '';        -- '' before the first time
ALTER TABLE workflows ADD COLUMN tool_description TEXT NOT NULL DEFAULT ''; -- '': the workflow's own
ALTER TABLE workflows ADD COLUMN tool_reads_only INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workflows ADD COLUMN tool_cancels INTEGER NOT NULL DEFAULT 1;   -- the run, when the caller goes

-- One name, one tool; also the order of their list.
CREATE UNIQUE INDEX workflows_by_tool_name ON workflows (tool_name) WHERE tool_enabled = 1;

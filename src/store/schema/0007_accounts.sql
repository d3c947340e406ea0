-- Accounts: people, the browsers they are signed in with, and tokens for programs. Of everything
-- that lets somebody in only a hash is kept.

CREATE TABLE users (
  id BLOB PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,       -- in lower case
  role TEXT NOT NULL,               -- owner, editor, operator, viewer
  password_hash TEXT NOT NULL,      -- argon2id, with its parameters
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE sessions (
  id BLOB PRIMARY KEY NOT NULL,
  secret_hash BLOB NOT NULL UNIQUE,
  user_id BLOB REFERENCES users(id) ON DELETE CASCADE,  -- NULL: whoever has the server's own token
  server_token_id TEXT NOT NULL,    -- which one that is; '' for people
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  user_agent TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id BLOB PRIMARY KEY NOT NULL,
  secret_hash BLOB NOT NULL UNIQUE,
  user_id BLOB REFERENCES users(id) ON DELETE CASCADE,  -- NULL: of the server itself
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

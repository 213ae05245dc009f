-- Columns carry the names of the rows in proxy/core/record/rows.hpp. Times are milliseconds since
-- 1970. Texts are ANY, because they may hold any bytes: printable ASCII is stored as TEXT, all else
-- as BLOB. There is no index on a time: expiry is kept in memory.

CREATE TABLE user (
  id           INTEGER PRIMARY KEY,
  aor          ANY NOT NULL UNIQUE,
  display_name ANY NOT NULL,
  ha1_md5      ANY NOT NULL,
  ha1_sha256   ANY NOT NULL,
  enabled      INTEGER NOT NULL,
  created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
  id            INTEGER PRIMARY KEY,
  user_id       INTEGER NOT NULL,
  key           ANY NOT NULL,
  instance      ANY NOT NULL,
  push_provider ANY NOT NULL,
  push_param    ANY NOT NULL,
  push_prid     ANY NOT NULL,
  user_agent    ANY NOT NULL,
  first_seen    INTEGER NOT NULL,
  last_register INTEGER NOT NULL,
  token_dead    ANY NOT NULL,
  token_dead_at INTEGER NOT NULL,
  wake_count    INTEGER NOT NULL,
  last_wake_ms  INTEGER NOT NULL
) STRICT;

CREATE TABLE binding (
  id         INTEGER PRIMARY KEY,
  device_id  INTEGER NOT NULL,
  reg_id     INTEGER NOT NULL,
  contact    ANY NOT NULL,
  flow       ANY NOT NULL,
  call_id    ANY NOT NULL,
  cseq       INTEGER NOT NULL,
  q          INTEGER NOT NULL,
  path       ANY NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

-- state: 0 held, 1 ringing, 2 active, 3 ended.
CREATE TABLE call (
  id            INTEGER PRIMARY KEY,
  call_id       ANY NOT NULL,
  caller        ANY NOT NULL,
  caller_name   ANY NOT NULL,
  callee        ANY NOT NULL,
  state         INTEGER NOT NULL,
  started_at    INTEGER NOT NULL,
  answered_at   INTEGER,
  ended_at      INTEGER,
  end_reason    ANY NOT NULL,
  final_status  INTEGER NOT NULL,
  cancel_reason ANY NOT NULL,
  timeline      ANY NOT NULL,
  verdict       ANY NOT NULL
) STRICT;

-- A start reads the calls that were open; without this it would read all of history.
CREATE INDEX call_open ON call (id) WHERE state <> 3;

CREATE TABLE call_invite (
  call_id INTEGER PRIMARY KEY,
  bytes   ANY NOT NULL,
  flow    ANY NOT NULL
) STRICT;

CREATE TABLE leg (
  id            INTEGER PRIMARY KEY,
  call_id       INTEGER NOT NULL,
  device_id     INTEGER NOT NULL,
  state         INTEGER NOT NULL,
  pushed_at     INTEGER,
  push_attempts INTEGER NOT NULL,
  late_attempts INTEGER NOT NULL,
  push_result   ANY NOT NULL
) STRICT;

-- One call is shown with its legs, and a start reads the legs of open calls.
CREATE INDEX leg_of_call ON leg (call_id);

CREATE TABLE api_token (
  id         INTEGER PRIMARY KEY,
  name       ANY NOT NULL,
  hash       ANY NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  id    INTEGER PRIMARY KEY,
  key   ANY NOT NULL UNIQUE,
  value ANY NOT NULL
) STRICT;

-- The largest id of a table (its number in record::Table) when that row was erased: ids are not
-- given out twice, because history names devices and calls by them.
CREATE TABLE last_id (
  id    INTEGER PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

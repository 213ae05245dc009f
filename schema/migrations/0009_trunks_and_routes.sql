-- Lists (targets, sources) have one item a line; reject: 0 none, else a status.
CREATE TABLE trunk (
  id               INTEGER PRIMARY KEY,
  name             ANY NOT NULL,
  enabled          INTEGER NOT NULL,
  targets          ANY NOT NULL,
  domain           ANY NOT NULL,
  username         ANY NOT NULL,
  password         ANY NOT NULL,
  registers        INTEGER NOT NULL,
  expires          INTEGER NOT NULL,
  probe            INTEGER NOT NULL,
  channels         INTEGER NOT NULL,
  sources          ANY NOT NULL,
  inbound_username ANY NOT NULL,
  inbound_password ANY NOT NULL,
  tls_name         ANY NOT NULL,
  asserts_identity INTEGER NOT NULL,
  created_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE route (
  id         INTEGER PRIMARY KEY,
  name       ANY NOT NULL,
  enabled    INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  came_from  ANY NOT NULL,
  caller     ANY NOT NULL,
  callee     ANY NOT NULL,
  strip      INTEGER NOT NULL,
  prepend    ANY NOT NULL,
  set_caller ANY NOT NULL,
  emergency  INTEGER NOT NULL,
  user       ANY NOT NULL,
  trunk      ANY NOT NULL,
  reject     INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

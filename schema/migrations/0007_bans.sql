-- Sources that are kept out, and for how long they were the last time.
CREATE TABLE ban (
  id         INTEGER PRIMARY KEY,
  address    ANY NOT NULL,
  reason     ANY NOT NULL,
  count      INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

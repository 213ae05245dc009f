-- scope: 0 read, 1 write, 2 admin. Tokens of older versions could do everything and still can.
ALTER TABLE api_token ADD COLUMN scope INTEGER NOT NULL DEFAULT 2;
ALTER TABLE api_token ADD COLUMN expires_at INTEGER;
ALTER TABLE api_token ADD COLUMN last_used INTEGER;

-- Who changed what, when and from where; the newest 100,000.
CREATE TABLE audit (
  id        INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  who       ANY NOT NULL,
  came_from ANY NOT NULL,
  what      ANY NOT NULL,
  target    ANY NOT NULL,
  detail    ANY NOT NULL
) STRICT;

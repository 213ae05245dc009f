-- Where a user's calls go instead of, or after, his phones; empty: nowhere.
ALTER TABLE user ADD COLUMN do_not_disturb INTEGER NOT NULL DEFAULT 0;
ALTER TABLE user ADD COLUMN forward_always ANY NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN forward_busy ANY NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN forward_no_answer ANY NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN forward_no_answer_s INTEGER NOT NULL DEFAULT 20;
ALTER TABLE user ADD COLUMN forward_not_reachable ANY NOT NULL DEFAULT '';

-- members: addresses of record, one a line, in the order in which they ring.
CREATE TABLE hunt_group (
  id                INTEGER PRIMARY KEY,
  aor               ANY NOT NULL,
  enabled           INTEGER NOT NULL,
  strategy          ANY NOT NULL,
  ring_s            INTEGER NOT NULL,
  members           ANY NOT NULL,
  forward_no_answer ANY NOT NULL,
  created_at        INTEGER NOT NULL
) STRICT;

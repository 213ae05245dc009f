-- Start line and headers of the messages of a call, secrets hidden, by the entry of its timeline
-- (from 0). They go with their call.
CREATE TABLE call_message (
  call_id INTEGER NOT NULL,
  step    INTEGER NOT NULL,
  head    ANY NOT NULL,
  PRIMARY KEY (call_id, step)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER call_message_gone AFTER DELETE ON call BEGIN
  DELETE FROM call_message WHERE call_id = old.id;
END;

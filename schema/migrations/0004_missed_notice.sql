-- What a device that missed a call is still to be told: 0 nothing, 1 by push, 2 by MESSAGE.
ALTER TABLE leg ADD COLUMN notice INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leg ADD COLUMN notice_attempts INTEGER NOT NULL DEFAULT 0;

-- A start reads the calls of these; without it, it would read all of history.
CREATE INDEX leg_owed ON leg (call_id) WHERE notice <> 0;

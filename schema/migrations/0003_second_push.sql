-- When a device that had not come was asked a second time.
ALTER TABLE leg ADD COLUMN pushed_again_at INTEGER;

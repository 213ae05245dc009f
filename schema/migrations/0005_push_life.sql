-- What a push service last said of a device, and when; the keys of its Web Push subscription; the
-- environment its token turned out to be of (0 as registered, 1 production, 2 sandbox); and whether
-- it refreshes its registration without being woken.
ALTER TABLE device ADD COLUMN push_keys ANY NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN last_push INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN last_result ANY NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN environment INTEGER NOT NULL DEFAULT 0;
ALTER TABLE device ADD COLUMN wakes_itself INTEGER NOT NULL DEFAULT 0;

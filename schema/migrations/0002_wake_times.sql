-- The last times from push to REGISTER of a device, bytes as record::add_wake_time writes them.
ALTER TABLE device ADD COLUMN wake_times ANY NOT NULL DEFAULT '';

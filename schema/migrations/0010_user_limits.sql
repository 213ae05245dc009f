-- How many registrations a user may have at a time; 0: as configured.
ALTER TABLE user ADD COLUMN max_contacts INTEGER NOT NULL DEFAULT 0;

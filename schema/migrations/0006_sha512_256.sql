-- Users of older versions have none until their password is set again; they are not asked for it.
ALTER TABLE user ADD COLUMN ha1_sha512_256 ANY NOT NULL DEFAULT '';

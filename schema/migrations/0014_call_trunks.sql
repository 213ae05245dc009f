-- By which trunk a call came and by which it left, or was tried last: their names then; empty: none.
ALTER TABLE call ADD COLUMN from_trunk ANY NOT NULL DEFAULT '';
ALTER TABLE call ADD COLUMN to_trunk ANY NOT NULL DEFAULT '';

-- The domain that a trunk's client certificate must be for; empty: it is known by none.
ALTER TABLE trunk ADD COLUMN inbound_certificate ANY NOT NULL DEFAULT '';

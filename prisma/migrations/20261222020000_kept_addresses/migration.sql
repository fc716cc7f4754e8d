-- Of which rows that earlier versions wrote the log was told afterwards, once: the entry that says so, by which it is found
-- again. The entry counts; this row saves reading the log for it.
CREATE TABLE consent.adoption (
  what     text PRIMARY KEY,
  entry_id uuid NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON consent.adoption TO gateway_app;

-- What comparing the tables with the log needs for keyed hashes of addresses that stay when somebody is erased, or were
-- nobody's: what entries tell of them, by contact point and by suppression.
CREATE UNLOGGED TABLE shadow.kept_address (
  n                bigint NOT NULL,
  contact_point_id uuid NOT NULL,
  brand_id         uuid NOT NULL,
  channel          text NOT NULL,
  address_hash     bytea NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON shadow.kept_address TO gateway_app;
ALTER TABLE shadow.suppression
  ADD COLUMN brand_id     uuid,
  ADD COLUMN channel      text,
  -- Hexadecimal.
  ADD COLUMN address_hash text;

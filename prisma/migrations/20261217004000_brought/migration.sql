-- What a center brought on its connection and was told to have been taken, while it cannot be understood yet: a receipt of
-- a hand-over that is not recorded, and parts of a long text. Sealed, and here for minutes only.
CREATE TABLE sending.brought (
  id          uuid PRIMARY KEY,
  provider_id uuid NOT NULL,
  -- Of a part: keyed hash of what it belongs to, and its place there.
  together    bytea,
  number      smallint,
  sealed      bytea NOT NULL,
  arrived_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  due_at      timestamptz NOT NULL,
  CHECK ((together IS NULL) = (number IS NULL))
);
CREATE UNIQUE INDEX brought_part_key ON sending.brought (together, number) WHERE together IS NOT NULL;
CREATE INDEX brought_due_idx ON sending.brought (due_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sending.brought TO gateway_app;

-- Files of feeds that somebody ordered. The row decides: whoever makes the file holds a lease on it, and as_of is written
-- down before, so that another attempt makes a file of the same rows.
CREATE TABLE reporting.feed_export (
  id           uuid PRIMARY KEY,
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  -- In whose days months begin.
  zone         text NOT NULL,
  feed         text NOT NULL,
  format       text NOT NULL CHECK (format IN ('parquet', 'ndjson')),
  filter       text,
  -- Nothing that was recorded later is in it.
  as_of        timestamptz NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT now(),
  state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'building', 'ready', 'failed', 'expired')),
  -- Counts leases; an attempt whose number has passed keeps nothing.
  attempt      integer NOT NULL DEFAULT 0,
  lease_until  timestamptz,
  failure      text,
  rows         bigint,
  bytes        bigint,
  sha256       bytea CHECK (octet_length(sha256) = 32),
  ended_at     timestamptz
);
CREATE INDEX feed_export_open_idx ON reporting.feed_export (requested_at) WHERE state IN ('queued', 'building');
CREATE INDEX feed_export_ready_idx ON reporting.feed_export (ended_at) WHERE state = 'ready';

-- The file, in parts. It holds what the feed answers, and no more of a person than the id of a contact.
CREATE TABLE reporting.feed_export_part (
  export_id uuid NOT NULL REFERENCES reporting.feed_export (id),
  n         integer NOT NULL CHECK (n >= 0),
  bytes     bytea NOT NULL,
  PRIMARY KEY (export_id, n)
);
ALTER TABLE reporting.feed_export_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE ON reporting.feed_export TO gateway_app;
GRANT SELECT, INSERT, DELETE ON reporting.feed_export_part TO gateway_app;

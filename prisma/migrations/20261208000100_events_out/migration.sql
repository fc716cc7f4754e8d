-- Events that brands are told: where to, and what became of each. They are made of entries of the log, by their
-- positions, so nothing is written for them where messages are handed over, and none can be lost that was committed.

CREATE TABLE sending.event_endpoint (
  id          uuid PRIMARY KEY,
  brand_id    uuid NOT NULL REFERENCES consent.brand (id),
  key         text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  url         text NOT NULL,
  description text NOT NULL,
  -- Types of entries; empty: all that events are made of.
  types       text[] NOT NULL,
  -- Signing keys, newest first, sealed under a key that lives outside the database.
  secrets     bytea NOT NULL,
  enabled     boolean NOT NULL,
  -- Why it was disabled by itself; null when an operator did it, or nobody.
  disabled_as text CHECK (disabled_as IN ('gone')),
  -- Position in the log of the last entry that was looked at.
  position    bigint NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key)
);

-- One event to one endpoint. `due_at`: when it is tried next, or until when somebody tries it.
CREATE TABLE sending.event_delivery (
  endpoint_id uuid NOT NULL REFERENCES sending.event_endpoint (id),
  position    bigint NOT NULL,
  entry_id    uuid NOT NULL,
  type        text NOT NULL,
  status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed')),
  attempts    smallint NOT NULL DEFAULT 0,
  due_at      timestamptz NOT NULL,
  tried_at    timestamptz,
  -- What came of the last try: a status of HTTP, or why there was none.
  answer      text,
  PRIMARY KEY (endpoint_id, position)
);
CREATE INDEX event_delivery_due_idx ON sending.event_delivery (endpoint_id, due_at) WHERE status = 'waiting';
CREATE INDEX event_delivery_over_idx ON sending.event_delivery (tried_at) WHERE status <> 'waiting';

GRANT SELECT, INSERT, UPDATE ON sending.event_endpoint TO gateway_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sending.event_delivery TO gateway_app;

-- More of what a decision looks at: where a person may be, what they wish for, how much a message matters, and how far
-- a new sender address is warmed up.

ALTER TABLE consent.contact
  ADD COLUMN region text,
  ADD COLUMN postal_code text,
  ADD COLUMN device_zone text,
  ADD COLUMN segments text[] NOT NULL DEFAULT '{}',
  -- What the person chose for themselves: zone, quiet hours, frequency. One value, because it is read and shown as one.
  ADD COLUMN wishes jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(wishes) = 'object');

-- Segments as they were at the hand-over: a person who leaves a segment does not change what was counted.
ALTER TABLE sending.cap_use ADD COLUMN segments text[] NOT NULL DEFAULT '{}';

ALTER TABLE sending.message
  ADD COLUMN priority smallint NOT NULL DEFAULT 5 CHECK (priority BETWEEN 0 AND 9),
  -- Who lifted the caps from this message, and why.
  ADD COLUMN override jsonb;

-- What left on each local day of a brand under each warm-up, and how it was received.
CREATE TABLE sending.warm_up_day (
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  rule       text NOT NULL,
  key        text NOT NULL,
  day        date NOT NULL,
  sent       integer NOT NULL DEFAULT 0 CHECK (sent >= 0),
  bounced    integer NOT NULL DEFAULT 0 CHECK (bounced >= 0),
  complained integer NOT NULL DEFAULT 0 CHECK (complained >= 0),
  PRIMARY KEY (brand_id, rule, key, day)
);
GRANT SELECT, INSERT, UPDATE ON sending.warm_up_day TO gateway_app;
GRANT SELECT ON sending.warm_up_day TO gateway_reader;

-- Why an address is not written to, fact by fact: what is in force is computed from them, never overwritten by hand.
-- Nothing here holds an address: the keyed hash alone, so it survives an erasure.

CREATE TABLE consent.suppression_fact (
  id           uuid PRIMARY KEY,
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  channel      text NOT NULL,
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  kind         text NOT NULL CHECK (kind IN ('hard_bounce', 'soft_bounce', 'complaint', 'manual', 'objection', 'lifted')),
  -- Only of `lifted`: which suppression it ends.
  lifts        text CHECK ((kind = 'lifted') = (lifts IS NOT NULL)),
  -- Enhanced status code (RFC 3463) or the provider's own.
  code         text,
  message_id   uuid,
  -- Whoever reports the same thing twice reports it once.
  event_key    text NOT NULL,
  occurred_at  timestamptz NOT NULL,
  recorded_at  timestamptz NOT NULL,
  CONSTRAINT suppression_fact_event_key UNIQUE (brand_id, channel, address_hash, event_key)
);
GRANT SELECT, INSERT ON consent.suppression_fact TO gateway_app;

CREATE TRIGGER suppression_fact_append_only BEFORE UPDATE OR DELETE ON consent.suppression_fact
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER suppression_fact_no_truncate BEFORE TRUNCATE ON consent.suppression_fact
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
ALTER TABLE consent.suppression_fact ENABLE ALWAYS TRIGGER suppression_fact_append_only;
ALTER TABLE consent.suppression_fact ENABLE ALWAYS TRIGGER suppression_fact_no_truncate;

-- The last sign that an address is alive (delivered, opened, clicked, replied): bounces before it no longer count.
CREATE TABLE consent.reached_address (
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  channel      text NOT NULL,
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  reached_at   timestamptz NOT NULL,
  PRIMARY KEY (brand_id, channel, address_hash)
);
GRANT SELECT, INSERT, UPDATE ON consent.reached_address TO gateway_app;

-- What is in force, as the facts have it: read by every decision. Null: no end.
ALTER TABLE consent.suppression ADD COLUMN until timestamptz;
ALTER TABLE consent.suppression DROP CONSTRAINT suppression_reason_check;
ALTER TABLE consent.suppression
  ADD CONSTRAINT suppression_reason_check CHECK (reason IN ('bounce', 'complaint', 'manual', 'objection'));
GRANT UPDATE (since, until, entry_id) ON consent.suppression TO gateway_app;

-- What was suppressed before there were facts stays so: as facts of the same instant.
INSERT INTO consent.suppression_fact (id, brand_id, channel, address_hash, kind, event_key, occurred_at, recorded_at)
SELECT gen_random_uuid(), brand_id, channel, address_hash,
       CASE reason WHEN 'bounce' THEN 'hard_bounce' ELSE reason END, 'suppression ' || entry_id, since, since
  FROM consent.suppression;

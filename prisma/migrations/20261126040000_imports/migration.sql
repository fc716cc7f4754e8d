-- Imports of contacts and consents, and what each of them did, so that it can be taken back.

-- The event that this one takes back, as though it had never been: an undone import leaves people where they stood
-- without it. Only what raised a consent can be taken back; a refusal never.
ALTER TABLE consent.consent_event
  ADD COLUMN retracts uuid,
  ADD CONSTRAINT consent_event_retracts_check CHECK (retracts IS NULL OR kind = 'invalidated');

CREATE TABLE consent.import (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  actor      text NOT NULL,
  -- Name of the file, or what the caller calls it.
  source     text,
  format     text NOT NULL CHECK (format IN ('csv', 'ndjson')),
  started_at timestamptz NOT NULL,
  -- Null while it runs, and for ever when it broke off; what was committed until then stays.
  ended_at   timestamptz,
  -- How many rows had which outcome, and how many events and contact points they made.
  counts     jsonb NOT NULL DEFAULT '{}',
  undone_at  timestamptz,
  undone_by  text
);
CREATE INDEX import_brand_idx ON consent.import (brand_id, started_at);

-- What an import added: a consent event, or a contact point. Written in the transaction that adds it.
CREATE TABLE consent.import_change (
  import_id        uuid NOT NULL REFERENCES consent.import (id),
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  -- Id of the event, or of the contact point itself.
  change_id        uuid NOT NULL,
  PRIMARY KEY (import_id, contact_point_id, change_id)
);

GRANT SELECT, INSERT, UPDATE ON consent.import TO gateway_app;
GRANT SELECT, INSERT ON consent.import_change TO gateway_app;
GRANT SELECT ON consent.import TO gateway_reader;

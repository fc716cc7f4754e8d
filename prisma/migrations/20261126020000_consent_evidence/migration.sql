-- What a court would ask about a consent: which wording was served, which request a confirmation answers, where the
-- person was, and how long the proof is kept after the last use.

-- That a published wording was put before somebody. Nobody is named: the consent event that follows points here.
CREATE TABLE consent.served_notice (
  id          uuid PRIMARY KEY,
  brand_id    uuid NOT NULL REFERENCES consent.brand (id),
  notice_id   uuid NOT NULL REFERENCES consent.notice (id),
  via         text NOT NULL,
  source      text,
  served_at   timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  entry_id    uuid NOT NULL
);
GRANT SELECT, INSERT ON consent.served_notice TO gateway_app;

CREATE TRIGGER served_notice_append_only BEFORE UPDATE OR DELETE ON consent.served_notice
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER served_notice_no_truncate BEFORE TRUNCATE ON consent.served_notice
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
ALTER TABLE consent.served_notice ENABLE ALWAYS TRIGGER served_notice_append_only;
ALTER TABLE consent.served_notice ENABLE ALWAYS TRIGGER served_notice_no_truncate;

-- `evidence` keeps the facts that laws ask for by name and nothing personal: IP address, user agent and whatever else
-- supports the event are disclosed by its ledger entry alone, under the person's key, so that they can be erased.
ALTER TABLE consent.consent_event
  ADD COLUMN served_id    uuid REFERENCES consent.served_notice (id),
  -- The event that asked for what this one confirms.
  ADD COLUMN request_id   uuid REFERENCES consent.consent_event (id),
  -- ISO 3166-1 or 3166-2: where the person was.
  ADD COLUMN jurisdiction text CHECK (jurisdiction ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$');

-- Proof is kept this long after it was given and after every use: an ISO 8601 duration in calendar units.
ALTER TABLE consent.purpose
  ADD COLUMN keep_evidence text NOT NULL DEFAULT 'P3Y' CHECK (keep_evidence ~ '^P[0-9]{1,3}[YMD]$');

-- A contact that was found to be the same person as another: its contact points are the other's now.
ALTER TABLE consent.contact ADD COLUMN merged_into uuid REFERENCES consent.contact (id);
CREATE INDEX contact_merged_idx ON consent.contact (merged_into) WHERE merged_into IS NOT NULL;

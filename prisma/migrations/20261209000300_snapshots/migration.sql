-- Every report of a month that is over, as it was when the month was closed: all of one instant, and never made again.
-- What is corrected later shows as a difference.
CREATE TABLE reporting.snapshot (
  brand_id        uuid NOT NULL REFERENCES consent.brand (id),
  -- First day of the month, in the days of the brand's zone.
  month           date NOT NULL CHECK (extract(day FROM month) = 1),
  report          text NOT NULL,
  body            text NOT NULL,
  as_of           timestamptz NOT NULL,
  -- Entries of the log in the last checkpoint that was signed by then; null: there was none.
  ledger_position bigint,
  sha256          bytea NOT NULL CHECK (octet_length(sha256) = 32),
  made_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (brand_id, month, report)
);
CREATE TRIGGER snapshot_append_only BEFORE UPDATE OR DELETE ON reporting.snapshot FOR EACH ROW EXECUTE FUNCTION reporting.refuse_change();
ALTER TABLE reporting.snapshot ENABLE ALWAYS TRIGGER snapshot_append_only;
GRANT SELECT, INSERT ON reporting.snapshot TO gateway_app;

-- Whose months are closed, and in whose zone.
CREATE VIEW consent.reported_brand AS SELECT id, default_zone, created_at FROM consent.brand;
GRANT SELECT ON consent.reported_brand TO gateway_app, gateway_reader;

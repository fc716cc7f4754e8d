-- What a dry run of an import has planned so far, so that later rows of the file meet what earlier ones would have
-- stored. Of no worth to anybody else: not in the log of the server, and removed when the dry run ends, or a day later.
CREATE UNLOGGED TABLE consent.import_rehearsal (
  run_id uuid NOT NULL,
  -- `p` and a person's external id, or `a` and an address, which is hashed.
  key    text NOT NULL,
  state  jsonb NOT NULL,
  at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (run_id, key)
);
CREATE INDEX import_rehearsal_at_idx ON consent.import_rehearsal (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON consent.import_rehearsal TO gateway_app;

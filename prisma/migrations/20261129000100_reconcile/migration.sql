-- Whether the tables that decisions read say what the log says: they are made again from its entries, here, and compared.
-- Nothing in this schema outlives the run that wrote it, so none of it is logged.

CREATE SCHEMA shadow;
GRANT USAGE ON SCHEMA shadow TO gateway_app;

-- Entries by id, with what a comparison needs of them. What an erased entry disclosed is null.
CREATE UNLOGGED TABLE shadow.consent_event (
  entry_id         uuid NOT NULL,
  event_id         uuid,
  contact_point_id uuid,
  purpose_id       uuid,
  topic_id         uuid,
  kind             text NOT NULL,
  occurred_at      timestamptz,
  valid_until      timestamptz,
  retracts         uuid
);
CREATE UNLOGGED TABLE shadow.consent_state (
  contact_point_id uuid NOT NULL,
  scope_id         uuid NOT NULL,
  status           text NOT NULL,
  since            timestamptz NOT NULL,
  valid_until      timestamptz,
  imported         boolean NOT NULL,
  event_id         uuid NOT NULL,
  refused_at       timestamptz
);
CREATE UNLOGGED TABLE shadow.suppression (
  n                bigint NOT NULL,
  entry_id         uuid NOT NULL,
  added            boolean NOT NULL,
  reason           text NOT NULL,
  contact_point_id uuid,
  since            timestamptz,
  until            timestamptz
);
CREATE UNLOGGED TABLE shadow.send (
  n          bigint NOT NULL,
  entry_id   uuid NOT NULL,
  type       text NOT NULL,
  outcome    text,
  reason     text,
  judged_at  timestamptz NOT NULL,
  message_id uuid
);
GRANT SELECT, INSERT, UPDATE, DELETE ON shadow.consent_event, shadow.consent_state, shadow.suppression, shadow.send TO gateway_app;

-- What came of it: read by readiness and shown in figures.
CREATE TABLE ledger.reconciliation (
  id          uuid PRIMARY KEY,
  at          timestamptz NOT NULL,
  entries     bigint NOT NULL,
  differences bigint NOT NULL,
  -- By table, how many; no value of any row.
  tables      jsonb NOT NULL
);
CREATE INDEX reconciliation_at_idx ON ledger.reconciliation (at);
GRANT SELECT, INSERT ON ledger.reconciliation TO gateway_app;

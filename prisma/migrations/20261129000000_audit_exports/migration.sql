-- Bundles of evidence for auditors, and how far each person's chain reaches, so that none can be shown shorter.

-- One bundle that was asked for. The row decides: whoever builds holds a lease on it, and what a build depends on (the
-- checkpoint, the policy, the list of heads) is written down before it begins, so that another build gives the same bytes.
CREATE TABLE ledger.export (
  id           uuid PRIMARY KEY,
  brand_id     uuid NOT NULL,
  -- Chains of one person; null: not narrowed to one.
  subjects     uuid[],
  campaign     uuid,
  from_at      timestamptz,
  to_at        timestamptz,
  -- Size of a checkpoint that the auditor has from before.
  since        bigint CHECK (since >= 0),
  -- The entries that record the request.
  entry_ids    uuid[] NOT NULL,
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  state        text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'building', 'ready', 'failed', 'expired')),
  -- Counts leases; a build whose number has passed keeps nothing.
  attempt      integer NOT NULL DEFAULT 0,
  lease_until  timestamptz,
  origin       text,
  size         bigint,
  note         text,
  policy       text,
  heads_id     bigint,
  failure      text,
  records      integer,
  bytes        bigint,
  sha256       bytea CHECK (octet_length(sha256) = 32),
  ended_at     timestamptz
);
CREATE INDEX export_open_idx ON ledger.export (requested_at) WHERE state IN ('queued', 'building');
CREATE INDEX export_ready_idx ON ledger.export (ended_at) WHERE state = 'ready';

-- The bundle itself, in parts sealed under a key that is not in the database. Taken away when its time is over, and as
-- soon as anything that may be in it is erased.
CREATE TABLE ledger.export_part (
  export_id uuid NOT NULL REFERENCES ledger.export (id),
  n         integer NOT NULL CHECK (n >= 0),
  sealed    bytea NOT NULL,
  PRIMARY KEY (export_id, n)
);
ALTER TABLE ledger.export_part ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- What a `subject.heads` entry commits to: label and commitment of every chain, 64 bytes each, sorted. Only the last few
-- are kept, because the log has their roots.
CREATE TABLE ledger.subject_heads (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_id uuid NOT NULL,
  size     bigint NOT NULL,
  root     bytea NOT NULL CHECK (octet_length(root) = 32),
  records  bytea NOT NULL CHECK (octet_length(records) % 64 = 0),
  made_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE ledger.subject_heads ALTER COLUMN records SET STORAGE EXTERNAL;

GRANT SELECT, INSERT, UPDATE ON ledger.export TO gateway_app;
GRANT SELECT, INSERT, DELETE ON ledger.export_part, ledger.subject_heads TO gateway_app;

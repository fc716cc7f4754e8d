-- What is shown of the log to the outside: tiles of hashes, signed checkpoints, cosignatures of witnesses.
-- All of it can be made again from the entries but the signatures; all of it is insert-only.

-- Full tiles of 256 hashes (C2SP tlog-tiles) and the hash that each is in the tile above. Partial ones are made when
-- they are asked for, so nothing here ever changes.
CREATE TABLE ledger.tile (
  level  smallint NOT NULL CHECK (level BETWEEN 0 AND 6),
  idx    bigint NOT NULL CHECK (idx >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
  root   bytea NOT NULL CHECK (octet_length(root) = 32),
  PRIMARY KEY (level, idx)
);
-- Hashes do not compress.
ALTER TABLE ledger.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Checkpoints that were signed, without the cosignatures. The newest is the one with the highest id: a successor of the
-- log, with an origin of its own, may begin with a smaller tree.
CREATE TABLE ledger.checkpoint (
  id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  origin    text NOT NULL,
  size      bigint NOT NULL CHECK (size >= 0),
  root      bytea NOT NULL CHECK (octet_length(root) = 32),
  note      text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT checkpoint_origin_size_key UNIQUE (origin, size)
);

-- Lines that witnesses have added below a checkpoint, and when they had seen it by their own clocks.
CREATE TABLE ledger.cosignature (
  checkpoint_id bigint NOT NULL,
  line          text NOT NULL,
  witness       text NOT NULL,
  witnessed_at  timestamptz NOT NULL,
  PRIMARY KEY (checkpoint_id, line)
);

-- How the publisher fares: what keeps it from signing, or nothing. No part of history.
CREATE TABLE ledger.publisher (
  one     boolean PRIMARY KEY DEFAULT true CHECK (one),
  problem text,
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
INSERT INTO ledger.publisher DEFAULT VALUES;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.tile FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.tile EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.checkpoint FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.checkpoint EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.cosignature FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.cosignature EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.tile ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.cosignature ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;

GRANT SELECT ON ledger.tile, ledger.checkpoint, ledger.cosignature, ledger.publisher TO gateway_app, gateway_sequencer, gateway_reader;
GRANT INSERT ON ledger.tile, ledger.checkpoint, ledger.cosignature TO gateway_sequencer;
GRANT UPDATE (problem, at) ON ledger.publisher TO gateway_sequencer;

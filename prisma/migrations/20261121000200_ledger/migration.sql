-- The audit ledger: an append-only log of everything that was decided, sent, consented to or set up.
-- libs/ledger is the only writer; docs/ledger-format.md describes the bytes.
-- Runs as gateway_owner. The application appends, the sequencer gives positions, nobody changes or removes.
--
-- An entry's bytes are written once. What waits for a position, and what has one, are small rows about a
-- *slot*: the entries of one brand that one transaction appended, at most 4096 of them. Their keys `n` are
-- consecutive, because the sequence counts in steps of 4096 and a slot numbers its entries from there.

CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO gateway_app, gateway_sequencer, gateway_reader;

-- Values are handed out before commit, so `n` is neither gapless nor in order of commit. It only has to keep
-- the order within one person's chain, and it does: the chain's row is locked before `n` is drawn.
CREATE SEQUENCE ledger.slot_n AS bigint START 4096 INCREMENT 4096 MINVALUE 4096;

-- The entries themselves: strict RFC 8785 JSON without anything personal. Insert-only for everybody.
CREATE TABLE ledger.entry (
  n    bigint PRIMARY KEY,
  id   uuid NOT NULL CONSTRAINT entry_id_key UNIQUE,
  leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 2 AND 65535)
);
-- Digests do not compress.
ALTER TABLE ledger.entry ALTER COLUMN leaf SET STORAGE EXTERNAL;

-- Slots that wait for a position. The sequencer takes whatever has been committed, lowest n first.
-- `seals` is, per entry, 16 bytes of id and 32 bytes of leaf hash; `mac` proves that a process with the
-- ledger's key wrote them, because whoever can only reach the database must not be able to extend the log.
CREATE TABLE ledger.pending (
  n           bigint PRIMARY KEY,
  count       integer NOT NULL CHECK (count BETWEEN 1 AND 4096),
  brand_id    uuid,
  seals       bytea NOT NULL,
  mac         bytea NOT NULL CHECK (octet_length(mac) = 32),
  enqueued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pending_seals_check CHECK (octet_length(seals) = 48 * count)
);
ALTER TABLE ledger.pending ALTER COLUMN seals SET STORAGE EXTERNAL;

-- Where entries are in the log: entry n + i has position first_idx + i, for i < count. Insert-only.
CREATE TABLE ledger.placement (
  first_idx bigint PRIMARY KEY CHECK (first_idx >= 0),
  n         bigint NOT NULL CONSTRAINT placement_n_key UNIQUE,
  count     integer NOT NULL CHECK (count BETWEEN 1 AND 4096),
  brand_id  uuid
);
CREATE INDEX placement_brand_idx ON ledger.placement (brand_id, first_idx);

-- The tree after the last placement. Updating it from its known size and root is what makes one sequencer win.
-- `range` holds the roots of the full subtrees, 32 bytes per 1-bit of `size`, largest first.
CREATE TABLE ledger.head (
  one   boolean PRIMARY KEY DEFAULT true CHECK (one),
  size  bigint NOT NULL CHECK (size >= 0),
  root  bytea NOT NULL CHECK (octet_length(root) = 32),
  range bytea NOT NULL
);
INSERT INTO ledger.head (size, root, range) VALUES (0, sha256(''), '');

-- Entries that waited and were not what had been appended. They get no position and hold up nobody else.
CREATE TABLE ledger.quarantine (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  n              bigint NOT NULL,
  reason         text NOT NULL,
  seal           bytea NOT NULL,
  quarantined_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Private: one row per person. `secret` is half of the key under which the person's disclosures are sealed
-- (the other half is outside the database); without it they are noise for ever. chain_head is the leaf hash
-- of the person's entry number chain_n. Half-filled pages let every append update its row in place.
CREATE TABLE ledger.subject (
  id         uuid PRIMARY KEY,
  secret     bytea CHECK (octet_length(secret) = 32),
  chain_n    bigint NOT NULL DEFAULT 0,
  chain_head bytea NOT NULL DEFAULT ''
) WITH (fillfactor = 60);
-- Set-up has disclosures too (who did it, what it says), but no person and no chain: they share this row.
INSERT INTO ledger.subject (id, secret)
VALUES ('00000000-0000-0000-0000-000000000000',
        sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

-- Private: what the leaf only commits to, sealed under the subject's key. The one table of the ledger from
-- which erasure takes rows away. A decision with its facts has some 3 kB and stays in its row: moved out of line it
-- would be three rows and two more index entries.
CREATE TABLE ledger.disclosure (
  n          bigint PRIMARY KEY,
  subject_id uuid NOT NULL,
  sealed     bytea NOT NULL
) WITH (toast_tuple_target = 8160);
ALTER TABLE ledger.disclosure ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX disclosure_subject_idx ON ledger.disclosure (subject_id, n);

-- The log as readers see it.
CREATE VIEW ledger.log AS
SELECT p.first_idx + (e.n - p.n) AS idx, e.id, p.brand_id, e.leaf, sha256('\x00'::bytea || e.leaf) AS leaf_hash
  FROM ledger.placement p
  JOIN ledger.entry e ON e.n >= p.n AND e.n < p.n + p.count;

-- Grants are the first wall. These triggers are the second: ALWAYS fires in replica mode too, and only the
-- owner, as whom nothing runs but migrations, can switch them off. LedgerGuards checks both at every start.
CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ledger.% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

-- The tree only grows.
CREATE FUNCTION ledger.refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size <= OLD.size OR NEW.one <> OLD.one THEN
    RAISE EXCEPTION 'ledger.head goes from % leaves to more, not to %', OLD.size, NEW.size USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.entry FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.entry EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.placement FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.placement EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.quarantine FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.quarantine EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE ON ledger.pending FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.pending EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only BEFORE INSERT OR DELETE ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.head EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER grows_only BEFORE UPDATE ON ledger.head FOR EACH ROW EXECUTE FUNCTION ledger.refuse_shrinking();

ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.placement ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.quarantine ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.pending ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;
ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate,
  ENABLE ALWAYS TRIGGER grows_only;

-- Appending and reading. The lock on a subject needs UPDATE on one of its columns.
GRANT USAGE ON SEQUENCE ledger.slot_n TO gateway_app, gateway_sequencer;
GRANT SELECT, INSERT ON ledger.entry, ledger.pending TO gateway_app, gateway_sequencer;
GRANT SELECT, INSERT ON ledger.disclosure, ledger.subject TO gateway_app;
GRANT UPDATE (chain_n, chain_head) ON ledger.subject TO gateway_app;
GRANT SELECT ON ledger.placement, ledger.head, ledger.quarantine, ledger.log TO gateway_app, gateway_sequencer, gateway_reader;
GRANT SELECT ON ledger.entry TO gateway_reader;
-- Giving positions.
GRANT DELETE ON ledger.pending TO gateway_sequencer;
GRANT INSERT ON ledger.placement, ledger.quarantine TO gateway_sequencer;
GRANT UPDATE (size, root, range) ON ledger.head TO gateway_sequencer;
-- Trigger functions are run by triggers alone.
REVOKE ALL ON FUNCTION ledger.refuse_change(), ledger.refuse_shrinking() FROM PUBLIC;

-- A database that was restored from an older backup has lost opt-outs, so nothing may leave by it until the publisher,
-- which remembers outside the database what was signed, has recognised it. What it recognises is one incarnation: a
-- server that was started anew, another server, a copy and a restored dump are others.

CREATE VIEW ledger.incarnation AS
  SELECT concat_ws('/', extract(epoch FROM pg_postmaster_start_time()),
                   (SELECT oid FROM pg_database WHERE datname = current_database()),
                   'ledger.publisher'::regclass::oid) AS id;

ALTER TABLE ledger.publisher ADD COLUMN recognised text;

-- That a log of another name goes on where one ended whose database was lost in part: said by an operator, once for
-- each name, with an entry log.resumed that says who and why.
CREATE TABLE ledger.resumption (
  origin  text PRIMARY KEY,
  follows text NOT NULL,
  size    bigint NOT NULL CHECK (size >= 0),
  at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ledger.resumption FOR EACH ROW EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ledger.resumption EXECUTE FUNCTION ledger.refuse_change();
ALTER TABLE ledger.resumption ENABLE ALWAYS TRIGGER append_only, ENABLE ALWAYS TRIGGER append_only_truncate;

GRANT SELECT ON ledger.incarnation TO gateway_app, gateway_sequencer;
GRANT SELECT ON ledger.resumption TO gateway_app, gateway_sequencer, gateway_reader;
GRANT INSERT ON ledger.resumption TO gateway_app;
GRANT UPDATE (recognised) ON ledger.publisher TO gateway_sequencer;

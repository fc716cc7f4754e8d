-- What several templates say alike: headers, footers. A template names a version of it (`{{> footer@3}}`), and keeps what
-- it was written as beside what its messages are made of.
CREATE TABLE sending.block (
  id               uuid PRIMARY KEY,
  brand_id         uuid NOT NULL REFERENCES consent.brand (id),
  key              text NOT NULL CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,62}$'),
  version          integer NOT NULL CHECK (version > 0),
  default_language text NOT NULL,
  contents         jsonb NOT NULL,
  -- The contents with the blocks that they include in their places; null where they include none.
  expanded         jsonb,
  hash             bytea NOT NULL CHECK (octet_length(hash) = 32),
  created_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key, version)
);
GRANT SELECT, INSERT ON sending.block TO gateway_app;
CREATE TRIGGER block_immutable BEFORE UPDATE OR DELETE ON sending.block FOR EACH ROW EXECUTE FUNCTION sending.refuse_change();
ALTER TABLE sending.block ENABLE ALWAYS TRIGGER block_immutable;

ALTER TABLE sending.template ADD COLUMN expanded jsonb;

CREATE OR REPLACE VIEW sending.reported_template AS
SELECT id, brand_id, key, version, channel, coalesce(expanded, contents) -> default_language ->> 'subject' AS subject
  FROM sending.template;

-- The first sign that an address is alive after each of its bounces, and when it was known: what was in force at an
-- instant is told by these, whatever comes to pass afterwards. (`reached_address` has the last of all.)
CREATE TABLE consent.sign_of_life (
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  channel      text NOT NULL,
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  reached_at   timestamptz NOT NULL,
  recorded_at  timestamptz NOT NULL,
  PRIMARY KEY (brand_id, channel, address_hash, reached_at)
);
GRANT SELECT, INSERT ON consent.sign_of_life TO gateway_app;

CREATE TRIGGER sign_of_life_append_only BEFORE UPDATE OR DELETE ON consent.sign_of_life
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER sign_of_life_no_truncate BEFORE TRUNCATE ON consent.sign_of_life
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
ALTER TABLE consent.sign_of_life ENABLE ALWAYS TRIGGER sign_of_life_append_only;
ALTER TABLE consent.sign_of_life ENABLE ALWAYS TRIGGER sign_of_life_no_truncate;

INSERT INTO consent.sign_of_life (brand_id, channel, address_hash, reached_at, recorded_at)
SELECT r.brand_id, r.channel, r.address_hash, r.reached_at, r.reached_at
  FROM consent.reached_address r
 WHERE EXISTS (SELECT FROM consent.suppression_fact f
                WHERE (f.brand_id, f.channel, f.address_hash) = (r.brand_id, r.channel, r.address_hash)
                  AND f.kind IN ('hard_bounce', 'soft_bounce') AND f.occurred_at <= r.reached_at);

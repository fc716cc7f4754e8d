-- What reports on money are made of: facts from the CRM and from finance, and whose touches belong to which account.

CREATE SCHEMA reporting;
GRANT USAGE ON SCHEMA reporting TO gateway_app, gateway_reader;

-- One version of one fact: an opportunity, a stage of a lead, an order, a cost, an exchange rate. A correction is a further
-- version and changes none before it, so a report about a past instant says tomorrow what it says today. `body` is the whole
-- fact and names people by the ids of their contacts alone.
CREATE TABLE reporting.fact (
  n           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id    uuid NOT NULL REFERENCES consent.brand (id),
  kind        text NOT NULL CHECK (kind IN ('account', 'stage', 'opportunity', 'order', 'custom', 'visit', 'cost', 'tariff',
                                            'target', 'exchange_rate')),
  external_id text NOT NULL CHECK (length(external_id) BETWEEN 1 AND 200),
  version     integer NOT NULL CHECK (version > 0),
  at          timestamptz NOT NULL,
  -- It never was: the fact is in no report about an instant after this.
  retracted   boolean NOT NULL,
  body        jsonb NOT NULL,
  recorded_by text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, kind, external_id, version)
);

-- Results about a past instant, kept as they were first answered.
CREATE TABLE reporting.result (
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  report     text NOT NULL,
  -- Of everything that was asked.
  digest     bytea NOT NULL CHECK (octet_length(digest) = 32),
  as_of      timestamptz NOT NULL,
  body       text NOT NULL,
  made_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (brand_id, report, digest)
);

CREATE FUNCTION reporting.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE ON reporting.fact FOR EACH ROW EXECUTE FUNCTION reporting.refuse_change();
CREATE TRIGGER result_append_only BEFORE UPDATE OR DELETE ON reporting.result FOR EACH ROW EXECUTE FUNCTION reporting.refuse_change();
ALTER TABLE reporting.fact ENABLE ALWAYS TRIGGER fact_append_only;
ALTER TABLE reporting.result ENABLE ALWAYS TRIGGER result_append_only;
GRANT SELECT, INSERT ON reporting.fact, reporting.result TO gateway_app;

-- An account without its name: the same account of the same brand has the same id wherever it is named.
CREATE FUNCTION consent.account_id(brand uuid, account text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT left(encode(sha256(convert_to(brand::text || chr(10) || account, 'UTF8')), 'hex'), 32)::uuid
$$;

-- Which account a contact belonged to, since when it was recorded. It stays when the person is erased, so that what their
-- touches earned stays where it was; then it joins an id that leads to nobody with the id of a company.
CREATE TABLE consent.contact_account (
  n           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id    uuid NOT NULL,
  contact_id  uuid NOT NULL,
  account_id  uuid,
  recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contact_account_contact_idx ON consent.contact_account (contact_id);
INSERT INTO consent.contact_account (brand_id, contact_id, account_id)
SELECT brand_id, id, consent.account_id(brand_id, account) FROM consent.contact WHERE account IS NOT NULL ORDER BY id;
GRANT SELECT, INSERT ON consent.contact_account TO gateway_app;

CREATE FUNCTION consent.note_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO consent.contact_account (brand_id, contact_id, account_id)
  VALUES (NEW.brand_id, NEW.id, consent.account_id(NEW.brand_id, NEW.account));
  RETURN NULL;
END $$;
CREATE TRIGGER contact_account_new AFTER INSERT ON consent.contact
  FOR EACH ROW WHEN (NEW.account IS NOT NULL) EXECUTE FUNCTION consent.note_account();
CREATE TRIGGER contact_account_changed AFTER UPDATE OF account ON consent.contact
  FOR EACH ROW WHEN (NEW.account IS DISTINCT FROM OLD.account AND NEW.erased_at IS NULL) EXECUTE FUNCTION consent.note_account();

-- Whose external ids facts may name.
CREATE VIEW consent.reported_contact AS
SELECT id, brand_id, external_id FROM consent.contact WHERE erased_at IS NULL AND merged_into IS NULL;
GRANT SELECT ON consent.reported_contact TO gateway_app;

-- What reached people, and what they did about it. A message that was handed over reached its contact unless it came back:
-- not every provider reports deliveries. Opens are not here, because machines open.
CREATE VIEW sending.reported_touch AS
SELECT t.message_id, t.type, t.event, t.brand_id, t.contact_id, t.at, t.channel, c.key AS campaign, p.key AS topic, t.step, t.variant,
       t.test, t.recorded_at, b.recorded_at AS bounced_at
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN (SELECT message_id, min(recorded_at) AS recorded_at FROM sending.touch WHERE type = 'bounced' GROUP BY message_id) b
    ON b.message_id = t.message_id
 WHERE t.type = 'sent' OR (t.type IN ('clicked', 'replied') AND NOT t.automated);
GRANT SELECT ON sending.reported_touch TO gateway_app, gateway_reader;

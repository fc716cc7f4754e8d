-- What reports on money keep of touches, so that none of them reads every touch of a brand: made anew for the accounts that
-- something happened to, and equal at any time to what all touches would say. Nothing here is the only record of anything.

-- The touches of one person, and the people of one account.
CREATE INDEX touch_contact_idx ON sending.touch (contact_id);
CREATE INDEX contact_account_account_idx ON consent.contact_account (account_id);

-- Which touches lead to conversions, by the ids of what they are named by: a touch that came back is told by `came_back`.
CREATE VIEW sending.path_touch AS
SELECT message_id, type, event, brand_id, contact_id, at, channel, campaign_id, topic_id, recorded_at
  FROM sending.touch
 WHERE NOT test AND (type = 'sent' OR (type IN ('clicked', 'replied') AND NOT automated));
CREATE VIEW sending.came_back AS
SELECT message_id, brand_id, recorded_at FROM sending.touch WHERE type = 'bounced';
-- Keys never change.
CREATE VIEW sending.touch_key AS
SELECT id, key FROM sending.campaign UNION ALL SELECT id, key FROM consent.topic;
GRANT SELECT ON sending.path_touch, sending.came_back, sending.touch_key TO gateway_app, gateway_reader;

-- Accounts and people that something happened to since their touches were kept. A row is written by whoever writes the touch,
-- in the same transaction, so that neither is there without the other.
CREATE TABLE reporting.touched (
  n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id   uuid NOT NULL,
  -- A contact, or an account that somebody has left.
  whose      uuid NOT NULL
);

-- Up to when what is kept is whole; null while it is being made.
CREATE TABLE reporting.kept_touches (
  brand_id uuid PRIMARY KEY REFERENCES consent.brand (id),
  through  timestamptz
);

-- What touches are named by, once for each combination.
CREATE TABLE reporting.touch_name (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id    uuid NOT NULL REFERENCES consent.brand (id),
  channel     text NOT NULL,
  campaign_id uuid,
  topic_id    uuid,
  -- Of a visit, which names its campaign by itself.
  campaign    text
);
CREATE UNIQUE INDEX touch_name_key ON reporting.touch_name (brand_id, channel, campaign_id, topic_id, campaign) NULLS NOT DISTINCT;

-- Touches of one account, oldest first, 16 bytes each: microseconds since 2000, place in `contacts`, name and what it is.
CREATE TABLE reporting.account_touches (
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  account_id uuid NOT NULL,
  contacts   uuid[] NOT NULL,
  delivered  bytea NOT NULL,
  engaged    bytea NOT NULL,
  PRIMARY KEY (brand_id, account_id)
);

-- The path that an account's last touch ends, by the look-back that reports have when nothing is said: names, 4 bytes each.
CREATE TABLE reporting.account_path (
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  account_id uuid NOT NULL,
  basis      text NOT NULL CHECK (basis IN ('delivered', 'engaged')),
  last_at    timestamptz NOT NULL,
  names      bytea NOT NULL,
  PRIMARY KEY (brand_id, basis, account_id)
);

-- How many touches of one name a day of UTC had, by its quarters of an hour: 9 bytes each, which one, touches, messages.
CREATE TABLE reporting.touch_day (
  brand_id uuid NOT NULL REFERENCES consent.brand (id),
  basis    text NOT NULL CHECK (basis IN ('delivered', 'engaged')),
  day      timestamptz NOT NULL,
  name     bigint NOT NULL,
  quarters bytea NOT NULL,
  PRIMARY KEY (brand_id, basis, day, name)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.touched, reporting.kept_touches, reporting.touch_name, reporting.account_touches,
  reporting.account_path, reporting.touch_day TO gateway_app;

CREATE FUNCTION reporting.note_touches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.touched (brand_id, whose)
  SELECT DISTINCT brand_id, contact_id FROM new_touch WHERE type IN ('sent', 'bounced', 'clicked', 'replied') AND NOT test;
  RETURN NULL;
END $$;
CREATE TRIGGER touch_noted AFTER INSERT ON sending.touch
  REFERENCING NEW TABLE AS new_touch FOR EACH STATEMENT EXECUTE FUNCTION reporting.note_touches();

-- A visit that is corrected may have been somebody else's.
CREATE FUNCTION reporting.note_visits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.touched (brand_id, whose)
  SELECT DISTINCT v.brand_id, (f.body ->> 'contactId')::uuid
    FROM new_fact v JOIN reporting.fact f ON f.brand_id = v.brand_id AND f.kind = 'visit' AND f.external_id = v.external_id
   WHERE v.kind = 'visit';
  RETURN NULL;
END $$;
CREATE TRIGGER visit_noted AFTER INSERT ON reporting.fact
  REFERENCING NEW TABLE AS new_fact FOR EACH STATEMENT EXECUTE FUNCTION reporting.note_visits();

-- Whoever changes the account takes their touches along; the account that they leave has fewer.
CREATE FUNCTION reporting.note_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.touched (brand_id, whose)
  SELECT DISTINCT a.brand_id, w.whose FROM new_account a CROSS JOIN LATERAL (
    SELECT a.contact_id AS whose UNION
    SELECT b.account_id FROM consent.contact_account b WHERE b.contact_id = a.contact_id AND b.account_id IS NOT NULL) w;
  RETURN NULL;
END $$;
CREATE TRIGGER account_noted AFTER INSERT ON consent.contact_account
  REFERENCING NEW TABLE AS new_account FOR EACH STATEMENT EXECUTE FUNCTION reporting.note_account();

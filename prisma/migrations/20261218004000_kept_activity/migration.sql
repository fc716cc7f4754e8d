-- What reports on pages, on ways by which people came and on silence keep of what people did, so that none of them reads all
-- of it: made anew for the accounts that something happened to, together with their touches. Nothing here is the only record
-- of anything. All touches are kept anew.
TRUNCATE reporting.account_touches, reporting.account_path, reporting.touch_day;
DELETE FROM reporting.kept_touches;

-- Pages, events and contents that visits and events of one's own are about.
CREATE TABLE reporting.page_name (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL,
  name     text NOT NULL
);
-- Addresses may be longer than a row of an index.
CREATE UNIQUE INDEX page_name_key ON reporting.page_name (brand_id, md5(name));

-- Visits and events of one's own of the people of one account, as `domain/account-acts.ts` reads them.
CREATE TABLE reporting.account_acts (
  brand_id   uuid NOT NULL,
  account_id uuid NOT NULL,
  acts       text NOT NULL,
  PRIMARY KEY (brand_id, account_id)
);

-- How often something of one sort was done on a day of UTC, by quarters of an hour and by when the same person had last done
-- it: packed as `domain/act-cells.ts` reads it.
CREATE TABLE reporting.act_day (
  brand_id uuid NOT NULL,
  sort     text NOT NULL,
  day      timestamptz NOT NULL,
  cells    bytea NOT NULL,
  PRIMARY KEY (brand_id, sort, day)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.page_name, reporting.account_acts, reporting.act_day TO gateway_app;

-- Events that name an account alone, by it.
CREATE INDEX fact_account_event_idx ON reporting.fact (((body ->> 'accountId')::uuid))
 WHERE kind = 'custom' AND body ->> 'contactId' IS NULL;

-- An event that is corrected may have been somebody else's.
CREATE FUNCTION reporting.note_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.touched (brand_id, whose)
  SELECT DISTINCT v.brand_id, coalesce(f.body ->> 'contactId', f.body ->> 'accountId')::uuid
    FROM new_fact v JOIN reporting.fact f ON f.brand_id = v.brand_id AND f.kind = 'custom' AND f.external_id = v.external_id
   WHERE v.kind = 'custom' AND coalesce(f.body ->> 'contactId', f.body ->> 'accountId') IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER event_noted AFTER INSERT ON reporting.fact
  REFERENCING NEW TABLE AS new_fact FOR EACH STATEMENT EXECUTE FUNCTION reporting.note_events();

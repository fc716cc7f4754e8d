-- How many expressions of consent each hour had, so that a report on them reads hours and not expressions. What was said is
-- never changed, so that each is counted once, when it is recorded. Nothing here is the only record of anything.

-- What was recorded since: one row for each kind of a statement, in the same transaction.
CREATE TABLE reporting.consent_told (
  n          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id   uuid NOT NULL,
  quarter    timestamptz NOT NULL,
  kind       text NOT NULL,
  channel    text,
  purpose_id uuid NOT NULL,
  topic_id   uuid,
  events     int NOT NULL
);
CREATE INDEX consent_told_brand_idx ON reporting.consent_told (brand_id, n);

-- What is said of a purpose or a topic on a channel, each kind once.
CREATE TABLE reporting.consent_cell (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id   uuid NOT NULL,
  kind       text NOT NULL,
  channel    text,
  purpose_id uuid NOT NULL,
  topic_id   uuid
);
CREATE UNIQUE INDEX consent_cell_key ON reporting.consent_cell (brand_id, kind, channel, purpose_id, topic_id) NULLS NOT DISTINCT;

-- How often each was said in an hour of UTC, by when people said it; packed as hours of messages are.
CREATE TABLE reporting.consent_hour (
  brand_id uuid NOT NULL,
  hour     timestamptz NOT NULL,
  cells    bytea NOT NULL,
  PRIMARY KEY (brand_id, hour)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.consent_told, reporting.consent_cell, reporting.consent_hour TO gateway_app;

CREATE VIEW consent.reported_purpose AS SELECT id, brand_id, key FROM consent.purpose;
GRANT SELECT ON consent.reported_purpose TO gateway_app, gateway_reader;

-- An expression about everything is no expression about a purpose, and in no report.
CREATE FUNCTION reporting.count_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.consent_told (brand_id, quarter, kind, channel, purpose_id, topic_id, events)
  SELECT e.brand_id, date_bin('15 minutes', e.occurred_at, 'epoch'), e.kind, q.channel, e.purpose_id, e.topic_id, count(*)
    FROM new_event e LEFT JOIN consent.contact_point q ON q.id = e.contact_point_id
   WHERE e.effective AND e.purpose_id <> e.brand_id
   GROUP BY 1, 2, 3, 4, 5, 6;
  RETURN NULL;
END $$;
CREATE TRIGGER consent_event_counted AFTER INSERT ON consent.consent_event
  REFERENCING NEW TABLE AS new_event FOR EACH STATEMENT EXECUTE FUNCTION reporting.count_said();

INSERT INTO reporting.consent_told (brand_id, quarter, kind, channel, purpose_id, topic_id, events)
SELECT e.brand_id, date_bin('15 minutes', e.occurred_at, 'epoch'), e.kind, q.channel, e.purpose_id, e.topic_id, count(*)
  FROM consent.consent_event e LEFT JOIN consent.contact_point q ON q.id = e.contact_point_id
 WHERE e.effective AND e.purpose_id <> e.brand_id
 GROUP BY 1, 2, 3, 4, 5, 6;

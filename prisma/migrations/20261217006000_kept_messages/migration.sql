-- What reports on messages keep, so that none of them reads every message of a brand: how many ended in the same way, by
-- quarters of an hour. Made anew for the messages that something happened to, and equal at any time to what the log of
-- messages, touches, links and consents says. Nothing here is the only record of anything.

-- Messages that ended, or of which something became known since. A row is written by whoever writes it, in the same
-- transaction, so that neither is there without the other; one for each statement, because messages are written many at once.
CREATE TABLE reporting.message_told (
  n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL,
  messages uuid[] NOT NULL
);
CREATE INDEX message_told_brand_idx ON reporting.message_told (brand_id);

-- Brands whose messages are kept.
CREATE TABLE reporting.kept_messages (
  brand_id uuid PRIMARY KEY
);

-- What is true of messages that are counted together, once for each combination.
--   message: how it ended, and what is known of it
--   link:    it arrived with a counted link to the address; whether that was followed
--   holds:   it arrived with any counted link; whether one was followed
CREATE TABLE reporting.message_cell (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id    uuid NOT NULL,
  -- Digest of all the rest.
  key         uuid NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('message', 'link', 'holds')),
  test        boolean,
  channel     text,
  campaign_id uuid,
  topic_id    uuid,
  template_id uuid,
  variant     text,
  step        text,
  status      text,
  reason      text,
  -- Bits, as `domain/message-cell.ts` reads them.
  seen        int NOT NULL,
  -- Of the address, whose text is where links are, and goes from there when its person is erased.
  led         bigint
);
CREATE UNIQUE INDEX message_cell_key ON reporting.message_cell (brand_id, key);

-- How many messages of each cell an hour of UTC had: cell (4), quarter (1), messages (4); of messages as they were accepted.
CREATE TABLE reporting.message_hour (
  brand_id uuid NOT NULL,
  hour     timestamptz NOT NULL,
  cells    bytea NOT NULL,
  PRIMARY KEY (brand_id, hour)
);

-- In which cells a message was counted.
CREATE TABLE reporting.message_counted (
  message_id uuid PRIMARY KEY,
  cells      bigint[] NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON reporting.message_told, reporting.kept_messages, reporting.message_cell,
  reporting.message_hour, reporting.message_counted TO gateway_app;

CREATE FUNCTION reporting.tell_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.message_told (brand_id, messages)
  SELECT brand_id, array_agg(id) FROM new_message WHERE ended_at IS NOT NULL GROUP BY brand_id;
  RETURN NULL;
END $$;
CREATE TRIGGER message_told_new AFTER INSERT ON sending.message
  REFERENCING NEW TABLE AS new_message FOR EACH STATEMENT EXECUTE FUNCTION reporting.tell_ends();
CREATE TRIGGER message_told_end AFTER UPDATE ON sending.message
  REFERENCING NEW TABLE AS new_message FOR EACH STATEMENT EXECUTE FUNCTION reporting.tell_ends();

-- That a message was sent is told when it ends.
CREATE FUNCTION reporting.tell_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.message_told (brand_id, messages)
  SELECT brand_id, array_agg(DISTINCT message_id) FROM new_touch WHERE type <> 'sent' GROUP BY brand_id;
  RETURN NULL;
END $$;
CREATE TRIGGER touch_told AFTER INSERT ON sending.touch
  REFERENCING NEW TABLE AS new_touch FOR EACH STATEMENT EXECUTE FUNCTION reporting.tell_feedback();

CREATE FUNCTION reporting.tell_said() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.message_told (brand_id, messages)
  SELECT brand_id, array_agg(DISTINCT message_id) FROM new_event WHERE message_id IS NOT NULL GROUP BY brand_id;
  RETURN NULL;
END $$;
CREATE TRIGGER consent_event_told AFTER INSERT ON consent.consent_event
  REFERENCING NEW TABLE AS new_event FOR EACH STATEMENT EXECUTE FUNCTION reporting.tell_said();

-- Links lead nowhere any more when their person is erased.
CREATE FUNCTION reporting.tell_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO reporting.message_told (brand_id, messages)
  SELECT m.brand_id, array_agg(DISTINCT m.id) FROM old_link l JOIN sending.message m ON m.id = l.message_id GROUP BY m.brand_id;
  RETURN NULL;
END $$;
CREATE TRIGGER tracked_link_told AFTER DELETE ON sending.tracked_link
  REFERENCING OLD TABLE AS old_link FOR EACH STATEMENT EXECUTE FUNCTION reporting.tell_links();

-- Messages that have not ended. The index of what is due has them.
CREATE VIEW sending.waiting_message AS
SELECT id, brand_id, channel, campaign_id, topic_id, template_id, variant, step, test, accepted_at, reason
  FROM sending.message WHERE due_at IS NOT NULL;
GRANT SELECT ON sending.waiting_message TO gateway_app, gateway_reader;

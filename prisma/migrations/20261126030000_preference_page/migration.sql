-- The page on which people say what they want: what each visit changed, links that were given out, and how the page
-- of a brand looks and speaks.

-- One POST on the page: what was so before and after, so that the page can say it and take it back. Its id is known to
-- whoever made the change and to nobody else.
CREATE TABLE consent.preference_change (
  id               uuid PRIMARY KEY,
  brand_id         uuid NOT NULL REFERENCES consent.brand (id),
  contact_id       uuid NOT NULL REFERENCES consent.contact (id),
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  act              text NOT NULL CHECK (act IN ('leave', 'stop_all', 'save', 'resume', 'undo', 'erase')),
  at               timestamptz NOT NULL,
  -- Contact point and topic or purpose of everything that was switched.
  turned_on        jsonb NOT NULL,
  turned_off       jsonb NOT NULL,
  fields_before    jsonb NOT NULL,
  fields_after     jsonb NOT NULL,
  -- Messages that were on their way to a provider at that moment.
  in_flight        integer NOT NULL CHECK (in_flight >= 0),
  undo_of          uuid UNIQUE REFERENCES consent.preference_change (id)
);
CREATE INDEX preference_change_contact_idx ON consent.preference_change (contact_id, at);
-- The ledger is the record; these rows may go, as when the person is erased.
GRANT SELECT, INSERT, DELETE ON consent.preference_change TO gateway_app;

-- Links that were given out, without their token: how many in a day, to which contact point.
CREATE TABLE consent.issued_link (
  id               uuid PRIMARY KEY,
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  via              text NOT NULL CHECK (via IN ('api', 'page')),
  at               timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL
);
CREATE INDEX issued_link_point_idx ON consent.issued_link (contact_point_id, at);
GRANT SELECT, INSERT, DELETE ON consent.issued_link TO gateway_app;

-- Colours, addresses to turn to, and the template in which a link to the page is sent.
ALTER TABLE consent.brand ADD COLUMN page jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(page) = 'object');
-- What a topic is about and how often, by language, in a sentence.
ALTER TABLE consent.topic ADD COLUMN descriptions jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(descriptions) = 'object');

-- "Messages held back for you": a row is here only while something other than its place in the queue keeps it.
CREATE INDEX message_held_idx ON sending.message (contact_id) WHERE status = 'queued' AND reason IS NOT NULL;

-- A yes that came with nothing by which it can be shown is marked, and is none where a purpose needs one. Reports about
-- everybody ask for all of them at once.
CREATE INDEX consent_event_unproven_idx ON consent.consent_event (id) WHERE evidence @> '{"unproven": true}';

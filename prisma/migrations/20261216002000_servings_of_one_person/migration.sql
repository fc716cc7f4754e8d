-- A notice is served to one person; before a yes rests on a serving, the events that rest on it are looked up.
CREATE INDEX consent_event_served_idx ON consent.consent_event (served_id) WHERE served_id IS NOT NULL;

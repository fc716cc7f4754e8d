-- What an erasure must reach besides the contact: what its messages said, what its events tell about it, its visits.

-- The entry in which a person asked on the page to be erased, so that what is done refers to it.
ALTER TABLE consent.preference_change ADD COLUMN entry_id uuid;
-- Who asked to be erased, longest ago first. An erasure takes the row away.
CREATE INDEX preference_change_erasure_idx ON consent.preference_change (brand_id, at) WHERE act = 'erase';

-- An end stays as it is. What the message said may be emptied, and nothing else, in the one statement that does so.
CREATE OR REPLACE FUNCTION sending.guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.variables = '{}' AND NEW.override IS NULL
     AND to_jsonb(NEW) - 'variables' - 'override' = to_jsonb(OLD) - 'variables' - 'override' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'message % has ended as % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
END
$$;

-- Consent events are never edited. Their copy of what only the person's entries should tell goes with the person.
CREATE FUNCTION consent.refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.source IS NULL AND NEW.wording IS NULL AND NEW.evidence = '{}'
     AND to_jsonb(NEW) - '{source,wording,evidence}'::text[] = to_jsonb(OLD) - '{source,wording,evidence}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'consent.consent_event is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
DROP TRIGGER consent_event_append_only ON consent.consent_event;
CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE ON consent.consent_event
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_event_change();
ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only;

-- The application has no right to change events. It may ask for this one thing, about people who are erased.
CREATE FUNCTION consent.empty_events(people uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  emptied bigint;
BEGIN
  UPDATE consent.consent_event e
     SET source = NULL, wording = NULL, evidence = '{}'
    FROM consent.contact_point p
    JOIN consent.contact c ON c.id = p.contact_id
   WHERE p.id = e.contact_point_id AND c.id = ANY (people) AND c.erased_at IS NOT NULL;
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END
$$;
REVOKE ALL ON FUNCTION consent.empty_events(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent.empty_events(uuid[]) TO gateway_app;

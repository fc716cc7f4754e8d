-- Processes of the release before go on working until they are replaced, and know nothing of the last refusal: what they
-- leave out is filled in. Rows of this release never come here.
CREATE FUNCTION consent.complete_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.purpose_id IS NULL THEN
    SELECT e.purpose_id INTO NEW.purpose_id FROM consent.consent_event e WHERE e.id = NEW.event_id;
  END IF;
  IF NEW.status IN ('refused', 'withdrawn', 'revoked', 'objected') AND (NEW.refused_at IS NULL OR NEW.refused_at < NEW.since) THEN
    NEW.refused_at := NEW.since;
    NEW.refused_kind := NEW.status;
    NEW.refused_event := NEW.event_id;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER complete_state BEFORE INSERT OR UPDATE ON consent.consent_state FOR EACH ROW
  WHEN (NEW.purpose_id IS NULL
        OR (NEW.status IN ('refused', 'withdrawn', 'revoked', 'objected') AND (NEW.refused_at IS NULL OR NEW.refused_at < NEW.since)))
  EXECUTE FUNCTION consent.complete_state();

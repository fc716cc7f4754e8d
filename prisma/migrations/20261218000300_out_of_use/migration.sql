-- When a contact point was out of use that its person has again: it was not theirs as of then.
CREATE TABLE consent.out_of_use (
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  since            timestamptz NOT NULL,
  until            timestamptz NOT NULL,
  PRIMARY KEY (contact_point_id, since)
);
GRANT SELECT, INSERT ON consent.out_of_use TO gateway_app;

CREATE FUNCTION consent.tell_out_of_use() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO consent.out_of_use (contact_point_id, since, until)
  VALUES (NEW.id, OLD.ended_at, greatest(NEW.in_use_since, OLD.ended_at))
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER contact_point_reopened AFTER UPDATE OF ended_at ON consent.contact_point
  FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
  EXECUTE FUNCTION consent.tell_out_of_use();

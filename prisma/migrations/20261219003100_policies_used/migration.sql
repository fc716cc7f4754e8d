-- Under which policies commercial messages of a purpose are accepted, month by month: a report about the weeks ahead judges
-- each purpose by those. One look for each statement that accepts messages, and a row for what is new that month.
CREATE TABLE sending.policy_used (
  brand_id   uuid NOT NULL,
  purpose_id uuid NOT NULL,
  -- First day of the month, in UTC.
  month      date NOT NULL,
  policy_key text NOT NULL,
  PRIMARY KEY (brand_id, purpose_id, month, policy_key)
);
GRANT SELECT, INSERT ON sending.policy_used TO gateway_app;

CREATE FUNCTION sending.note_policies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO sending.policy_used (brand_id, purpose_id, month, policy_key)
  SELECT DISTINCT m.brand_id, m.purpose_id, date_trunc('month', m.accepted_at AT TIME ZONE 'UTC')::date, m.policy_key
    FROM new_message m
   WHERE m.class = 'commercial' AND NOT m.test
     AND NOT EXISTS (SELECT FROM sending.policy_used u
                      WHERE u.brand_id = m.brand_id AND u.purpose_id = m.purpose_id AND u.policy_key = m.policy_key
                        AND u.month = date_trunc('month', m.accepted_at AT TIME ZONE 'UTC')::date)
   ORDER BY 1, 2, 3, 4 -- In one order for everybody, so that two who are first never wait for each other.
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER message_policy_used AFTER INSERT ON sending.message
  REFERENCING NEW TABLE AS new_message FOR EACH STATEMENT EXECUTE FUNCTION sending.note_policies();

INSERT INTO sending.policy_used (brand_id, purpose_id, month, policy_key)
SELECT DISTINCT brand_id, purpose_id, date_trunc('month', accepted_at AT TIME ZONE 'UTC')::date, policy_key
  FROM sending.message
 WHERE class = 'commercial' AND NOT test AND accepted_at > now() - interval '4 months';

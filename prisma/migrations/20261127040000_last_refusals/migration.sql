-- The last refusal of each scope at each contact point, also when that person agreed again since: for everybody else with
-- the address it goes on to stand against what was agreed to before it. A refusal of a purpose stands against its topics.
ALTER TABLE consent.consent_state
  ADD COLUMN purpose_id    uuid,
  ADD COLUMN refused_at    timestamptz,
  ADD COLUMN refused_kind  text,
  ADD COLUMN refused_event uuid;

UPDATE consent.consent_state s
   SET purpose_id = e.purpose_id
  FROM consent.consent_event e
 WHERE e.id = s.event_id;

UPDATE consent.consent_state s
   SET refused_at = e.occurred_at, refused_kind = e.kind, refused_event = e.id
  FROM (SELECT DISTINCT ON (contact_point_id, scope_id) contact_point_id, scope_id, id, kind, occurred_at
          FROM (SELECT contact_point_id, coalesce(topic_id, purpose_id) AS scope_id, id, kind, occurred_at
                  FROM consent.consent_event
                 WHERE kind IN ('refused', 'withdrawn', 'revoked', 'objected')) refusal
         ORDER BY contact_point_id, scope_id, occurred_at DESC, id DESC) e
 WHERE e.contact_point_id = s.contact_point_id AND e.scope_id = s.scope_id;

ALTER TABLE consent.consent_state ALTER COLUMN purpose_id SET NOT NULL;

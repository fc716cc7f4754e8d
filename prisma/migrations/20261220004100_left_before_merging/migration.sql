-- Who left everything before there was a purpose for it, and turned out to be another contact since: what they did on the
-- page is told of the contact that they were then. And where it is known already that a contact point had left everything,
-- what they left holds for the contact points of the other as well: the list has those once more.
INSERT INTO consent.left_before (contact_point_id, event_id, occurred_at)
SELECT DISTINCT ON (e.contact_point_id) e.contact_point_id, e.id, e.occurred_at
  FROM consent.contact m
  JOIN consent.preference_change s ON s.contact_id = m.id AND s.act IN ('stop_all', 'erase')
  JOIN consent.contact c ON c.id = m.merged_into AND c.erased_at IS NULL
  JOIN consent.contact_point p ON p.contact_id = c.id
  JOIN consent.consent_event e ON e.contact_point_id = p.id
 WHERE e.kind IN ('withdrawn', 'objected') AND e.topic_id IS NULL AND e.purpose_id <> e.brand_id AND e.retracts IS NULL
   AND e.method = 'page' AND e.recorded_at BETWEEN s.at - interval '5 seconds' AND s.at
   AND NOT EXISTS (SELECT FROM consent.preference_change u WHERE u.undo_of = s.id)
   AND NOT EXISTS (SELECT FROM consent.consent_event x WHERE x.contact_point_id = p.id AND x.purpose_id = x.brand_id)
 ORDER BY e.contact_point_id, e.occurred_at DESC, e.id
ON CONFLICT DO NOTHING;

INSERT INTO consent.left_before (contact_point_id, event_id, occurred_at)
SELECT DISTINCT ON (e.contact_point_id) e.contact_point_id, e.id, e.occurred_at
  FROM consent.consent_event e
  JOIN consent.contact_point p ON p.id = e.contact_point_id
  JOIN consent.contact c ON c.id = p.contact_id
 WHERE e.purpose_id = e.brand_id AND e.method = 'carried_over' AND e.actor = 'gateway'
   AND (c.merged_into IS NOT NULL OR EXISTS (SELECT FROM consent.contact m WHERE m.merged_into = c.id))
 ORDER BY e.contact_point_id, e.occurred_at DESC, e.id
ON CONFLICT DO NOTHING;

-- A yes or an import that nothing shows takes the place of no yes and of no refusal: where such a one was recorded,
-- states are folded anew from what else was said, as `foldConsent` does. Where that is neither yes nor no they stay.
WITH scope AS (
  SELECT DISTINCT contact_point_id AS point_id, coalesce(topic_id, purpose_id) AS id
    FROM consent.consent_event
   WHERE evidence @> '{"unproven": true}'
), said AS (
  SELECT s.point_id, s.id AS scope_id, e.id, e.kind, e.occurred_at, e.valid_until
    FROM scope s
    JOIN consent.consent_event e ON e.contact_point_id = s.point_id AND coalesce(e.topic_id, e.purpose_id) = s.id
   WHERE NOT (e.evidence @> '{"unproven": true}' AND e.kind IN ('granted', 'confirmed', 'imported'))
     AND e.retracts IS NULL
     AND (e.kind IN ('expired', 'invalidated')
          OR NOT EXISTS (SELECT FROM consent.consent_event b
                          WHERE b.contact_point_id = e.contact_point_id AND b.kind = 'invalidated' AND b.retracts = e.id))
), given AS (
  SELECT DISTINCT ON (point_id, scope_id) *
    FROM said
   WHERE kind IN ('granted', 'confirmed', 'imported')
   ORDER BY point_id, scope_id, kind = 'imported', occurred_at DESC, id DESC
), refused AS (
  SELECT DISTINCT ON (s.point_id, s.scope_id) s.*
    FROM said s
    LEFT JOIN given g ON g.point_id = s.point_id AND g.scope_id = s.scope_id AND g.kind <> 'imported'
   WHERE s.kind IN ('refused', 'withdrawn', 'revoked', 'objected') AND (g.id IS NULL OR s.occurred_at >= g.occurred_at)
   ORDER BY s.point_id, s.scope_id,
            array_position('{objected,withdrawn,refused}', replace(s.kind, 'revoked', 'withdrawn')), s.occurred_at DESC, s.id DESC
), standing AS (
  SELECT g.point_id, g.scope_id, g.id, g.kind, g.occurred_at,
         least(g.valid_until, (SELECT min(a.valid_until) FROM said a
                                WHERE a.point_id = g.point_id AND a.scope_id = g.scope_id AND a.kind IN ('expired', 'invalidated')
                                  AND a.valid_until > a.occurred_at AND a.occurred_at >= g.occurred_at)) AS valid_until
    FROM given g
   WHERE NOT EXISTS (SELECT FROM said e
                      WHERE e.point_id = g.point_id AND e.scope_id = g.scope_id AND e.kind IN ('expired', 'invalidated')
                        AND (e.valid_until IS NULL OR e.valid_until <= e.occurred_at) AND e.occurred_at >= g.occurred_at)
     AND NOT EXISTS (SELECT FROM refused r WHERE r.point_id = g.point_id AND r.scope_id = g.scope_id)
), folded AS (
  SELECT point_id, scope_id, id, kind, occurred_at, valid_until FROM refused
  UNION ALL
  SELECT point_id, scope_id, id, kind, occurred_at, valid_until FROM standing
)
UPDATE consent.consent_state s
   SET status = CASE f.kind WHEN 'imported' THEN 'granted' ELSE f.kind END, since = f.occurred_at,
       valid_until = f.valid_until, imported = f.kind = 'imported', event_id = f.id
  FROM folded f
 WHERE s.contact_point_id = f.point_id AND s.scope_id = f.scope_id AND s.event_id <> f.id;

-- Whoever left everything before there was a purpose for it left each purpose by an event of its own. By how they did it,
-- that can be told still: by a button of the page, by a keyword or a mail that names nothing narrower, or at the
-- provider. A worker records for each of these contact points that everything was left, as of then, and takes them
-- off this list; an event has an entry in the log, which SQL cannot make.
CREATE TABLE consent.left_before (
  contact_point_id uuid PRIMARY KEY REFERENCES consent.contact_point (id),
  -- The last such event, and when it happened.
  event_id         uuid NOT NULL,
  occurred_at      timestamptz NOT NULL
);
GRANT SELECT, DELETE ON consent.left_before TO gateway_app;

INSERT INTO consent.left_before (contact_point_id, event_id, occurred_at)
SELECT DISTINCT ON (e.contact_point_id) e.contact_point_id, e.id, e.occurred_at
  FROM consent.consent_event e
  JOIN consent.contact_point p ON p.id = e.contact_point_id
  JOIN consent.contact c ON c.id = p.contact_id AND c.erased_at IS NULL
 WHERE e.kind IN ('withdrawn', 'objected') AND e.topic_id IS NULL AND e.purpose_id <> e.brand_id AND e.retracts IS NULL
   AND (e.method IN ('keyword', 'provider')
        OR (e.method = 'mailto' AND e.source = 'mail to the mailbox for leaving')
        -- All that one POST of the page did has its time, or one a moment before; what was taken back again does not count.
        OR (e.method = 'page' AND EXISTS (
              SELECT FROM consent.preference_change s
               WHERE s.contact_id = p.contact_id AND s.act IN ('stop_all', 'erase')
                 AND e.recorded_at BETWEEN s.at - interval '5 seconds' AND s.at
                 AND NOT EXISTS (SELECT FROM consent.preference_change u WHERE u.undo_of = s.id))))
   AND NOT EXISTS (SELECT FROM consent.consent_event x
                    WHERE x.contact_point_id = e.contact_point_id AND x.purpose_id = x.brand_id)
 ORDER BY e.contact_point_id, e.occurred_at DESC, e.id;

-- What reports read of consents: what was said about what, on which channel, and in answer to which message.

-- Whose link was used to say it. A message is known by its id alone, as the contact point is, so it stays when a person is
-- erased and past figures do not move. Events of before have none.
ALTER TABLE consent.consent_event ADD COLUMN message_id uuid;

-- By whom and in which words is not in it. `effective` is false for what was recorded and changed nothing.
CREATE VIEW consent.reported_event AS
SELECT e.id, e.brand_id, q.channel, p.key AS purpose, t.key AS topic, e.kind, e.effective, e.occurred_at, e.recorded_at,
       e.message_id
  FROM consent.consent_event e
  JOIN consent.contact_point q ON q.id = e.contact_point_id
  JOIN consent.purpose p ON p.id = e.purpose_id
  LEFT JOIN consent.topic t ON t.id = e.topic_id;
GRANT SELECT ON consent.reported_event TO gateway_app, gateway_reader;

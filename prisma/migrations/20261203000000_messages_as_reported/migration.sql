-- What reports read of messages: where each stands, and the names of what it belongs to. libs/reporting reads this and
-- sending.touch, and nothing else of this schema. What a message says and to whom is not in it.
CREATE VIEW sending.reported_message AS
SELECT m.id, m.brand_id, m.contact_id, m.channel, m.class, c.key AS campaign, m.variant, m.step, p.key AS purpose,
       t.key AS topic, m.template_id, m.provider_id, m.test, m.accepted_at, m.not_before, m.ended_at, m.status, m.reason, m.entry_ids
  FROM sending.message m
  LEFT JOIN consent.purpose p ON p.id = m.purpose_id
  LEFT JOIN sending.campaign c ON c.id = m.campaign_id
  LEFT JOIN consent.topic t ON t.id = m.topic_id;
GRANT SELECT ON sending.reported_message TO gateway_app, gateway_reader;

-- Reports count by ids and look names up for what they have counted: names of every message would be three look-ups for
-- each. PostgreSQL leaves out a join whose columns nobody asks for, so the names stay where they are for lists.
CREATE OR REPLACE VIEW sending.reported_message AS
SELECT m.id, m.brand_id, m.contact_id, m.channel, m.class, c.key AS campaign, m.variant, m.step, p.key AS purpose,
       t.key AS topic, m.template_id, m.provider_id, m.test, m.accepted_at, m.not_before, m.ended_at, m.status, m.reason,
       m.entry_ids, m.campaign_id, m.topic_id, m.purpose_id
  FROM sending.message m
  LEFT JOIN consent.purpose p ON p.id = m.purpose_id
  LEFT JOIN sending.campaign c ON c.id = m.campaign_id
  LEFT JOIN consent.topic t ON t.id = m.topic_id;

CREATE VIEW sending.reported_campaign AS SELECT id, brand_id, key, name FROM sending.campaign;
CREATE VIEW sending.reported_template AS
SELECT id, brand_id, key, version, channel, contents -> default_language ->> 'subject' AS subject FROM sending.template;
CREATE VIEW consent.reported_topic AS
SELECT t.id, t.brand_id, t.key, p.id AS purpose_id, p.key AS purpose
  FROM consent.topic t JOIN consent.purpose p ON p.id = t.purpose_id;

CREATE OR REPLACE VIEW consent.reported_event AS
SELECT e.id, e.brand_id, q.channel, p.key AS purpose, t.key AS topic, e.kind, e.effective, e.occurred_at, e.recorded_at,
       e.message_id, e.purpose_id, e.topic_id
  FROM consent.consent_event e
  LEFT JOIN consent.contact_point q ON q.id = e.contact_point_id
  LEFT JOIN consent.purpose p ON p.id = e.purpose_id
  LEFT JOIN consent.topic t ON t.id = e.topic_id;
GRANT SELECT ON sending.reported_campaign, sending.reported_template, consent.reported_topic TO gateway_app, gateway_reader;

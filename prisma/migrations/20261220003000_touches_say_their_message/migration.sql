-- What is kept of touches knows of a message the step that sent it and the variant that it was: with template and campaign
-- they say which messages were the same, and who met which variant. Touches say both already.
CREATE OR REPLACE VIEW sending.path_touch AS
SELECT message_id, type, event, brand_id, contact_id, at, channel, campaign_id, topic_id, recorded_at, template_id,
       CASE type WHEN 'sent' THEN step END AS step, CASE type WHEN 'sent' THEN variant END AS variant
  FROM sending.touch
 WHERE NOT test AND (type = 'sent' OR (type IN ('clicked', 'replied') AND NOT automated AND NOT untracked));

CREATE OR REPLACE VIEW sending.reported_touch AS
SELECT t.message_id, t.type, t.event, t.brand_id, t.contact_id, t.at, t.channel, c.key AS campaign, p.key AS topic, t.step, t.variant,
       t.test, t.recorded_at, b.recorded_at AS bounced_at, v.key AS provider, t.parts, t.template_id
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.provider v ON v.id = t.provider_id
  LEFT JOIN (SELECT message_id, min(recorded_at) AS recorded_at FROM sending.touch WHERE type = 'bounced' GROUP BY message_id) b
    ON b.message_id = t.message_id
 WHERE t.type = 'sent' OR (t.type IN ('clicked', 'replied') AND NOT t.automated AND NOT t.untracked);

-- All touches are kept anew. Until a process of the version before is replaced it can keep none: its paths lack a column.
TRUNCATE reporting.account_touches, reporting.account_path, reporting.touch_day, reporting.touch_name, reporting.account_acts,
  reporting.act_day;
DELETE FROM reporting.kept_touches;
ALTER TABLE reporting.touch_name ADD COLUMN step text, ADD COLUMN variant text;
DROP INDEX reporting.touch_name_key;
CREATE UNIQUE INDEX touch_name_key ON reporting.touch_name
  (brand_id, channel, campaign_id, topic_id, campaign, template_id, md5(page), step, variant) NULLS NOT DISTINCT;
-- Which touches of the path stay where the same message to several people is one: a byte for each, empty where all of them do.
ALTER TABLE reporting.account_path ADD COLUMN apart bytea NOT NULL;

-- A click that another system reports of somebody who did not let themselves be counted is a fact, and no touch of a path:
-- what they never agreed to be counted by credits nobody. `untracked`: the brand names a purpose under which people are
-- counted, and this person's consent to it was not in force.
ALTER TABLE sending.touch ADD COLUMN untracked boolean NOT NULL DEFAULT false;
CREATE INDEX touch_untracked_idx ON sending.touch (brand_id, at) WHERE untracked;

CREATE OR REPLACE VIEW sending.path_touch AS
SELECT message_id, type, event, brand_id, contact_id, at, channel, campaign_id, topic_id, recorded_at
  FROM sending.touch
 WHERE NOT test AND (type = 'sent' OR (type IN ('clicked', 'replied') AND NOT automated AND NOT untracked));

CREATE OR REPLACE VIEW sending.reported_touch AS
SELECT t.message_id, t.type, t.event, t.brand_id, t.contact_id, t.at, t.channel, c.key AS campaign, p.key AS topic, t.step, t.variant,
       t.test, t.recorded_at, b.recorded_at AS bounced_at, v.key AS provider, t.parts
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.provider v ON v.id = t.provider_id
  LEFT JOIN (SELECT message_id, min(recorded_at) AS recorded_at FROM sending.touch WHERE type = 'bounced' GROUP BY message_id) b
    ON b.message_id = t.message_id
 WHERE t.type = 'sent' OR (t.type IN ('clicked', 'replied') AND NOT t.automated AND NOT t.untracked);

CREATE OR REPLACE VIEW sending.reported_feedback AS
SELECT t.message_id, t.type, t.at, t.event, t.brand_id, t.contact_id, t.channel, c.key AS campaign, p.key AS topic, t.step,
       t.variant, t.test, t.bounce, t.automated, t.recorded_at,
       coalesce(t.entry_id, m.entry_ids[cardinality(m.entry_ids)]) AS entry_id, t.entry_id AS own_entry_id, t.untracked
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.message m ON m.id = t.message_id;

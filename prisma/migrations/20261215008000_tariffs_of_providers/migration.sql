-- What a message costs is between a brand and its provider, and a text message costs as much as its parts. `parts` is how
-- many an SMS left in; null where it was one message, as on every other channel, or nobody counted.
ALTER TABLE sending.touch ADD COLUMN parts smallint CHECK (parts > 0);

CREATE OR REPLACE VIEW sending.reported_touch AS
SELECT t.message_id, t.type, t.event, t.brand_id, t.contact_id, t.at, t.channel, c.key AS campaign, p.key AS topic, t.step, t.variant,
       t.test, t.recorded_at, b.recorded_at AS bounced_at, v.key AS provider, t.parts
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.provider v ON v.id = t.provider_id
  LEFT JOIN (SELECT message_id, min(recorded_at) AS recorded_at FROM sending.touch WHERE type = 'bounced' GROUP BY message_id) b
    ON b.message_id = t.message_id
 WHERE t.type = 'sent' OR (t.type IN ('clicked', 'replied') AND NOT t.automated);

-- As before, but by the tariff of the provider where there is one, and for each part. `cost` stays in thousandths of a
-- minor unit.
CREATE OR REPLACE VIEW reporting.touch_log AS
SELECT t.brand_id, t.message_id, t.type, t.at, t.event, t.recorded_at, t.contact_id, a.account_id, t.channel,
       c.key AS campaign, t.step, t.variant, p.key AS topic, x.key AS asset, x.version AS asset_version, t.provider_id,
       t.automated, t.bounce, t.test, f.amount * coalesce(t.parts, 1) AS cost, f.currency, t.parts
  FROM sending.touch t
  JOIN consent.brand b ON b.id = t.brand_id
  LEFT JOIN sending.message m ON m.id = t.message_id
  LEFT JOIN sending.template x ON x.id = m.template_id
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.provider w ON w.id = t.provider_id
  LEFT JOIN LATERAL (
    SELECT account_id FROM consent.contact_account
     WHERE contact_id = t.contact_id AND recorded_at <= t.at ORDER BY n DESC LIMIT 1) a ON true
  LEFT JOIN LATERAL (
    SELECT (v.body -> 'perThousand' ->> 'amount')::bigint AS amount, v.body -> 'perThousand' ->> 'currency' AS currency
      FROM (SELECT DISTINCT ON (external_id) external_id, at, retracted, body FROM reporting.fact
             WHERE brand_id = t.brand_id AND kind = 'tariff' ORDER BY external_id, version DESC) v
     WHERE NOT v.retracted AND v.body ->> 'channel' = t.channel
       AND (NOT v.body ? 'provider' OR v.body ->> 'provider' = w.key)
       AND v.body ->> 'from' <= to_char(t.at AT TIME ZONE b.default_zone, 'YYYY-MM-DD')
     ORDER BY v.body ? 'provider' DESC, v.at DESC, v.external_id COLLATE "C" DESC LIMIT 1) f ON t.type = 'sent' AND NOT t.test;

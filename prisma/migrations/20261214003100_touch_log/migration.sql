-- The delivered-touch log as others read it: what each touch was of, and what handing the message over cost. `cost` is in
-- thousandths of a minor unit of `currency` (tariffs are of a thousand messages), so that sums are exact; it is there for
-- `sent` alone, by the tariff of the channel on the day of the brand's clock, as it is known now. The account is the one
-- that the contact belonged to then. Names and addresses are not in it.
CREATE VIEW reporting.touch_log AS
SELECT t.brand_id, t.message_id, t.type, t.at, t.event, t.recorded_at, t.contact_id, a.account_id, t.channel,
       c.key AS campaign, t.step, t.variant, p.key AS topic, x.key AS asset, x.version AS asset_version, t.provider_id,
       t.automated, t.bounce, t.test, f.amount AS cost, f.currency
  FROM sending.touch t
  JOIN consent.brand b ON b.id = t.brand_id
  LEFT JOIN sending.message m ON m.id = t.message_id
  LEFT JOIN sending.template x ON x.id = m.template_id
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN LATERAL (
    SELECT account_id FROM consent.contact_account
     WHERE contact_id = t.contact_id AND recorded_at <= t.at ORDER BY n DESC LIMIT 1) a ON true
  LEFT JOIN LATERAL (
    SELECT (v.body -> 'perThousand' ->> 'amount')::bigint AS amount, v.body -> 'perThousand' ->> 'currency' AS currency
      FROM (SELECT DISTINCT ON (external_id) external_id, at, retracted, body FROM reporting.fact
             WHERE brand_id = t.brand_id AND kind = 'tariff' ORDER BY external_id, version DESC) v
     WHERE NOT v.retracted AND v.body ->> 'channel' = t.channel
       AND v.body ->> 'from' <= to_char(t.at AT TIME ZONE b.default_zone, 'YYYY-MM-DD')
     ORDER BY v.at DESC, v.external_id COLLATE "C" DESC LIMIT 1) f ON t.type = 'sent' AND NOT t.test;
GRANT SELECT ON reporting.touch_log TO gateway_app, gateway_reader;

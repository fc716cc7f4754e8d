-- What other programs read of messages: every touch, also those that count for no attribution, with the ledger entry that
-- records it. Names are left joins on keys, so that PostgreSQL leaves out what nobody asks for.
CREATE VIEW sending.reported_feedback AS
SELECT t.message_id, t.type, t.at, t.event, t.brand_id, t.contact_id, t.channel, c.key AS campaign, p.key AS topic, t.step,
       t.variant, t.test, t.bounce, t.automated, t.recorded_at,
       coalesce(t.entry_id, m.entry_ids[cardinality(m.entry_ids)]) AS entry_id
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.message m ON m.id = t.message_id;
GRANT SELECT ON sending.reported_feedback TO gateway_app, gateway_reader;

-- Whose ids stand for nobody any more. A CRM goes on naming somebody in a deal who was erased here; the deal then keeps the
-- id that it has.
CREATE VIEW consent.reported_erased AS
SELECT id, brand_id FROM consent.contact WHERE erased_at IS NOT NULL;
GRANT SELECT ON consent.reported_erased TO gateway_app;

-- The entry that a touch itself names, beside the one that it has from its message: reports are checked by it.
CREATE OR REPLACE VIEW sending.reported_feedback AS
SELECT t.message_id, t.type, t.at, t.event, t.brand_id, t.contact_id, t.channel, c.key AS campaign, p.key AS topic, t.step,
       t.variant, t.test, t.bounce, t.automated, t.recorded_at,
       coalesce(t.entry_id, m.entry_ids[cardinality(m.entry_ids)]) AS entry_id, t.entry_id AS own_entry_id
  FROM sending.touch t
  LEFT JOIN sending.campaign c ON c.id = t.campaign_id
  LEFT JOIN consent.topic p ON p.id = t.topic_id
  LEFT JOIN sending.message m ON m.id = t.message_id;

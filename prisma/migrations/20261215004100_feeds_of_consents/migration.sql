-- What a feed of consent events says besides: of whom, on which legal basis, how, and by which entry of the ledger. Neither the
-- wording nor the evidence, which may name people.
CREATE OR REPLACE VIEW consent.reported_event AS
SELECT e.id, e.brand_id, q.channel, p.key AS purpose, t.key AS topic, e.kind, e.effective, e.occurred_at, e.recorded_at,
       e.message_id, e.purpose_id, e.topic_id, q.contact_id, e.contact_point_id, e.legal_basis, e.method, e.jurisdiction,
       e.valid_until, e.entry_id
  FROM consent.consent_event e
  LEFT JOIN consent.contact_point q ON q.id = e.contact_point_id
  LEFT JOIN consent.purpose p ON p.id = e.purpose_id
  LEFT JOIN consent.topic t ON t.id = e.topic_id;

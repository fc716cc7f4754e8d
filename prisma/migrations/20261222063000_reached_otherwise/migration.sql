-- What was not sent is counted once more where another message of the same request may have reached its contact.
INSERT INTO reporting.message_told (brand_id, messages)
SELECT brand_id, array_agg(id) FROM sending.message
 WHERE choice_id IS NOT NULL AND ended_at IS NOT NULL AND status <> 'sent'
 GROUP BY brand_id;

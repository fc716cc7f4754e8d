-- Draws of the best channel and the best time are counted with the messages that came of them, so that the report on what
-- they brought reads hours and not messages.
--   best_channel, best_time: what was drawn; `seen` is within how many hours of its end the goal was met, 0 if it was not.
ALTER TABLE reporting.message_cell
  DROP CONSTRAINT message_cell_kind_check,
  ADD CONSTRAINT message_cell_kind_check CHECK (kind IN ('message', 'link', 'holds', 'best_channel', 'best_time')),
  ADD COLUMN goal text, ADD COLUMN segment text, ADD COLUMN control boolean;

-- Hours of draws are apart from those of messages: who asks about the one does not read the other.
ALTER TABLE reporting.message_hour
  ADD COLUMN draws boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT message_hour_pkey,
  ADD PRIMARY KEY (brand_id, draws, hour);

CREATE OR REPLACE VIEW sending.reported_message AS
SELECT m.id, m.brand_id, m.contact_id, m.channel, m.class, c.key AS campaign, m.variant, m.step, p.key AS purpose,
       t.key AS topic, m.template_id, m.provider_id, m.test, m.accepted_at, m.not_before, m.ended_at, m.status, m.reason,
       m.entry_ids, m.campaign_id, m.topic_id, m.purpose_id, m.choice_id
  FROM sending.message m
  LEFT JOIN consent.purpose p ON p.id = m.purpose_id
  LEFT JOIN sending.campaign c ON c.id = m.campaign_id
  LEFT JOIN consent.topic t ON t.id = m.topic_id;
CREATE OR REPLACE VIEW sending.waiting_message AS
SELECT id, brand_id, channel, campaign_id, topic_id, template_id, variant, step, test, accepted_at, reason, choice_id
  FROM sending.message WHERE due_at IS NOT NULL;

-- Messages of draws that were counted before are counted once more.
INSERT INTO reporting.message_told (brand_id, messages)
SELECT brand_id, array_agg(message_id)
  FROM (SELECT brand_id, message_id FROM sending.reported_best_time WHERE control IS NOT NULL AND ended_at IS NOT NULL
        UNION
        SELECT brand_id, message_id FROM sending.reported_choice WHERE control IS NOT NULL AND ended_at IS NOT NULL) AS drawn
 GROUP BY brand_id;

-- Whether a draw of the best channel or time fell into the control share: those it is compared with. Null: there was
-- nothing to draw between, or the draw is older than this column.
ALTER TABLE sending.choice ADD COLUMN control boolean;
ALTER TABLE sending.best_time ADD COLUMN control boolean;

-- Draws with each of the messages that came of them.
CREATE VIEW sending.reported_choice AS
SELECT c.id, c.brand_id, c.goal, c.segment, c.control, c.created_at, m.id AS message_id, m.test, m.reason, m.ended_at
  FROM sending.choice c
  JOIN sending.message m ON m.choice_id = c.id
 WHERE c.strategy = 'best';
CREATE VIEW sending.reported_best_time AS
SELECT b.message_id, b.brand_id, b.channel, b.goal, b.segment, b.control, b.created_at, m.test, m.reason, m.ended_at
  FROM sending.best_time b
  JOIN sending.message m ON m.id = b.message_id;
GRANT SELECT ON sending.reported_choice, sending.reported_best_time TO gateway_app, gateway_reader;

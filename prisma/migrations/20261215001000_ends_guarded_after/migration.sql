-- A trigger before an update makes PostgreSQL lock each row by itself first, whatever its condition says: a record of the log
-- and a twentieth of what the two updates of a message cost. After it the condition alone is looked at, and an end is guarded
-- as well: the statement that changed one fails, and with it its transaction.
DROP TRIGGER message_ends_once ON sending.message;
CREATE TRIGGER message_ends_once AFTER UPDATE ON sending.message FOR EACH ROW
  WHEN (OLD.ended_at IS NOT NULL)
  EXECUTE FUNCTION sending.guard_message();
ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once;

-- A message that waits to be repeated under its provider's key may have been taken already: whoever leaves meanwhile is
-- told of it, like of those that are with a provider. There are few of these at any time.
CREATE INDEX message_in_doubt_idx ON sending.message (contact_id) WHERE status = 'queued' AND first_started_at IS NOT NULL;

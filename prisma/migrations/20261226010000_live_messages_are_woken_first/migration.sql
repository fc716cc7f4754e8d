-- Waiting transactional messages by when they are due, so that the sweeper need not look for them behind a mailing.
CREATE INDEX message_due_live_idx ON sending.message (due_at) WHERE due_at IS NOT NULL AND class = 'transactional';

-- A task for a human that is taken back because its person does not want it any more (docs/decisions/0401).
CREATE TABLE sending.recall (
  message_id uuid PRIMARY KEY,
  -- Why it may not be done any more, as a message would be dropped.
  reason     text NOT NULL,
  wanted_at  timestamptz NOT NULL,
  tries      integer NOT NULL DEFAULT 0,
  -- When it is tried next; null once it has an end.
  due_at     timestamptz,
  result     text CHECK (result IN ('recalled', 'closed', 'given_up')),
  CHECK ((due_at IS NULL) = (result IS NOT NULL))
);
GRANT SELECT, INSERT, UPDATE ON sending.recall TO gateway_app;
CREATE INDEX recall_due_idx ON sending.recall (due_at) WHERE due_at IS NOT NULL;

-- Tasks that are with somebody.
CREATE INDEX message_task_idx ON sending.message (ended_at)
  WHERE channel = 'phone' AND status IN ('sent', 'unknown') AND NOT test;

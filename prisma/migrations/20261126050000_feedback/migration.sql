-- What the world answers to a message: touches that somebody reports, each once under the id it is reported by.

ALTER TABLE sending.touch
  -- The reporter's id of the event; '' for what the gateway saw itself.
  ADD COLUMN event       text NOT NULL DEFAULT '',
  ADD COLUMN bounce      text CHECK (bounce IN ('hard', 'soft')),
  -- Enhanced status (RFC 3463) of a bounce.
  ADD COLUMN smtp_status text,
  -- Opened or clicked by a machine: kept, and told apart.
  ADD COLUMN automated   boolean NOT NULL DEFAULT false,
  -- `at` is when it happened; a report may come days later.
  ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN entry_id    uuid;

-- Two links of one mail may be clicked in the same second.
ALTER TABLE sending.touch DROP CONSTRAINT touch_pkey, ADD PRIMARY KEY (message_id, type, at, event);
CREATE UNIQUE INDEX touch_event_idx ON sending.touch (brand_id, event) WHERE event <> '';

-- Several ways to reach one contact with one thing to say: a message for each, in the order in which they are tried.
-- Each is a message like any other and ends once; the first that reaches the contact ends the others.
CREATE TABLE sending.choice (
  id          uuid PRIMARY KEY,
  brand_id    uuid NOT NULL,
  strategy    text NOT NULL CHECK (strategy IN ('first_allowed', 'best')),
  -- Of `best`: what it is chosen for, the segment whose results count, and the rank of the one that was chosen.
  goal        text,
  segment     text,
  chosen_rank smallint NOT NULL,
  -- After how long without a delivery the next is tried; null: only when it is known that one did not arrive.
  fallback_ms bigint CHECK (fallback_ms > 0),
  created_at  timestamptz NOT NULL
);
ALTER TABLE sending.message ADD COLUMN choice_id uuid, ADD COLUMN choice_rank smallint,
  ADD CHECK ((choice_id IS NULL) = (choice_rank IS NULL));
CREATE UNIQUE INDEX message_choice_idx ON sending.message (choice_id, choice_rank) WHERE choice_id IS NOT NULL;
CREATE INDEX choice_best_idx ON sending.choice (brand_id, goal, created_at) WHERE strategy = 'best';
GRANT SELECT, INSERT ON sending.choice TO gateway_app;

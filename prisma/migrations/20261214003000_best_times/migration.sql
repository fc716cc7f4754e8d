-- Messages whose time was drawn within what is allowed: what for, whose results count, and which part of the day it was.
CREATE TABLE sending.best_time (
  message_id uuid PRIMARY KEY,
  brand_id   uuid NOT NULL,
  channel    text NOT NULL,
  goal       text NOT NULL,
  segment    text NOT NULL,
  part       smallint NOT NULL CHECK (part BETWEEN 0 AND 11),
  created_at timestamptz NOT NULL
);
CREATE INDEX best_time_recent_idx ON sending.best_time (brand_id, goal, created_at);
GRANT SELECT, INSERT ON sending.best_time TO gateway_app;

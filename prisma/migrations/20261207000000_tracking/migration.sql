-- Links of mails that are counted, for people who agreed to it.

-- The purpose under which a brand counts, and what; empty: nothing is counted.
ALTER TABLE consent.brand ADD COLUMN tracking jsonb NOT NULL DEFAULT '{}';

-- Where the links of one message lead. A link of ours leads to what stands here and nowhere else. It may say something of
-- the person, as shops put into addresses, so it goes when they are erased.
CREATE TABLE sending.tracked_link (
  message_id uuid NOT NULL,
  id         uuid NOT NULL,
  url        text NOT NULL CHECK (url ~* '^https?://' AND length(url) <= 2048),
  PRIMARY KEY (message_id, id)
);
GRANT SELECT, INSERT, DELETE ON sending.tracked_link TO gateway_app;

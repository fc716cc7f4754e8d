-- When a person last told the sender themselves what they choose, by a program that says when that was.
CREATE TABLE consent.choice_said (
  contact_id uuid NOT NULL REFERENCES consent.contact (id),
  choice     text NOT NULL CHECK (choice IN ('language', 'pausedUntil', 'wishes.zone', 'wishes.quietHours', 'wishes.frequency')),
  said_at    timestamptz NOT NULL,
  PRIMARY KEY (contact_id, choice)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON consent.choice_said TO gateway_app;

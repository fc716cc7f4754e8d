-- Who is erased as soon as the mail that tells them so has its end, or once the time for that is over. An erasure takes the
-- row away; the entry of the request in the ledger stays.
CREATE TABLE consent.erasure_order (
  contact_id       uuid PRIMARY KEY REFERENCES consent.contact (id),
  brand_id         uuid NOT NULL REFERENCES consent.brand (id),
  basis            text NOT NULL,
  actor            text NOT NULL,
  request_entry_id uuid NOT NULL,
  -- The mail that tells them.
  message_id       uuid NOT NULL,
  at               timestamptz NOT NULL,
  -- From then on nobody waits for the mail any more.
  latest_at        timestamptz NOT NULL CHECK (latest_at > at)
);
GRANT SELECT, INSERT, DELETE ON consent.erasure_order TO gateway_app;

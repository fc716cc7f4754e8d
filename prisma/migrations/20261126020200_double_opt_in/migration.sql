-- Double opt-in: a consent that the owner of the address confirms from a message sent there.

-- Per brand and channel, as the brand switched it on.
CREATE TABLE consent.double_opt_in_setting (
  brand_id      uuid NOT NULL REFERENCES consent.brand (id),
  channel       text NOT NULL,
  enabled       boolean NOT NULL,
  valid_days    smallint NOT NULL CHECK (valid_days BETWEEN 1 AND 28),
  -- Confirmation messages to one address in a rolling day.
  mails_per_day smallint NOT NULL CHECK (mails_per_day BETWEEN 1 AND 10),
  template      text NOT NULL,
  purpose       text NOT NULL,
  updated_at    timestamptz NOT NULL,
  PRIMARY KEY (brand_id, channel)
);
GRANT SELECT, INSERT, UPDATE ON consent.double_opt_in_setting TO gateway_app;

-- One request to confirm. The token is in the message alone; here is its hash. The row goes once it is settled and
-- over: what happened is in consent events and in the ledger.
CREATE TABLE consent.double_opt_in (
  id                uuid PRIMARY KEY,
  brand_id          uuid NOT NULL REFERENCES consent.brand (id),
  channel           text NOT NULL,
  contact_id        uuid NOT NULL REFERENCES consent.contact (id),
  contact_point_id  uuid NOT NULL REFERENCES consent.contact_point (id),
  purpose_id        uuid NOT NULL REFERENCES consent.purpose (id),
  topic_ids         uuid[] NOT NULL,
  -- The event on which the confirmation will rest; its notice and wording are those that were shown.
  request_event_id  uuid NOT NULL REFERENCES consent.consent_event (id),
  token_hash        bytea NOT NULL CONSTRAINT double_opt_in_token_hash_key UNIQUE CHECK (octet_length(token_hash) = 32),
  -- Whether the contact exists because of this request alone.
  created_contact   boolean NOT NULL,
  test              boolean NOT NULL,
  language          text,
  template          text NOT NULL,
  message_purpose   text NOT NULL,
  requested_at      timestamptz NOT NULL,
  expires_at        timestamptz NOT NULL,
  message_id        uuid,
  mailed_at         timestamptz,
  confirmed_at      timestamptz,
  denied_at         timestamptz,
  CHECK (confirmed_at IS NULL OR denied_at IS NULL)
);
CREATE INDEX double_opt_in_point_idx ON consent.double_opt_in (contact_point_id, requested_at);
CREATE INDEX double_opt_in_expires_idx ON consent.double_opt_in (expires_at);
CREATE INDEX double_opt_in_unmailed_idx ON consent.double_opt_in (requested_at) WHERE mailed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON consent.double_opt_in TO gateway_app;

-- How messages leave: policies, templates, campaigns, providers, and the messages themselves with
-- everything that must be exact about them under concurrency and crashes.

CREATE SCHEMA sending;
GRANT USAGE ON SCHEMA sending TO gateway_app, gateway_reader;

-- Caps, quiet hours and rates. Published once, never changed: a new body is a new version.
CREATE TABLE sending.policy (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  key        text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  version    integer NOT NULL CHECK (version > 0),
  body       jsonb NOT NULL,
  hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key, version)
);

-- One version of a template: its class is fixed here, so a message cannot call itself transactional.
CREATE TABLE sending.template (
  id               uuid PRIMARY KEY,
  brand_id         uuid NOT NULL REFERENCES consent.brand (id),
  key              text NOT NULL CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,62}$'),
  version          integer NOT NULL CHECK (version > 0),
  channel          text NOT NULL,
  class            text NOT NULL CHECK (class IN ('commercial', 'transactional')),
  default_language text NOT NULL,
  contents         jsonb NOT NULL,
  hash             bytea NOT NULL CHECK (octet_length(hash) = 32),
  created_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key, version)
);

CREATE TABLE sending.campaign (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  key        text NOT NULL CHECK (key ~ '^[A-Za-z0-9][A-Za-z0-9-]{0,62}$'),
  name       text NOT NULL,
  status     text NOT NULL CHECK (status IN ('active', 'stopped')),
  policy_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key)
);

-- `secret` is sealed under a key that lives outside the database.
CREATE TABLE sending.provider (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  key        text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  channel    text NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('smtp', 'null')),
  settings   jsonb NOT NULL,
  secret     bytea,
  enabled    boolean NOT NULL,
  priority   integer NOT NULL DEFAULT 100,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key)
);

-- One accepted request to reach one contact. The row, not the queue, says what may happen next:
--   queued  -> may be attempted from `due_at` on (also the instant at which a lost wake-up is repeated)
--   started -> handed to a provider under a lease that ends at `due_at`; then the reaper settles it
--   sent, dropped, failed, unknown -> ended, for ever; `due_at` is null
-- No foreign keys: nobody may delete what a message names, and each would lock a row of somebody else's table for
-- every message. Indexes are kept few and partial, because every change of `due_at` writes to all of them.
CREATE TABLE sending.message (
  id               uuid PRIMARY KEY,
  brand_id         uuid NOT NULL,
  contact_id       uuid NOT NULL,
  subject_id       uuid NOT NULL,
  contact_point_id uuid,
  channel          text NOT NULL,
  class            text NOT NULL,
  purpose_id       uuid NOT NULL,
  topic_id         uuid,
  campaign_id      uuid,
  step             text,
  variant          text,
  template_id      uuid NOT NULL,
  language         text NOT NULL,
  variables        jsonb NOT NULL,
  policy_key       text NOT NULL,
  test             boolean NOT NULL,
  accepted_at      timestamptz NOT NULL,
  send_at          timestamptz,
  expires_at       timestamptz NOT NULL,
  status           text NOT NULL CHECK (status IN ('queued', 'started', 'sent', 'dropped', 'failed', 'unknown')),
  reason           text,
  not_before       timestamptz,
  due_at           timestamptz,
  attempt          smallint NOT NULL DEFAULT 0,
  worker           uuid,
  provider_id      uuid,
  provider_ref     text,
  first_started_at timestamptz,
  ended_at         timestamptz,
  entry_ids        uuid[] NOT NULL,
  CHECK ((status IN ('queued', 'started')) = (due_at IS NOT NULL)),
  CHECK ((status IN ('queued', 'started')) = (ended_at IS NULL)),
  CHECK (status <> 'started' OR (worker IS NOT NULL AND provider_id IS NOT NULL))
) WITH (fillfactor = 70);
CREATE INDEX message_due_idx ON sending.message (due_at) WHERE due_at IS NOT NULL;
-- For "what was on its way when this person left".
CREATE INDEX message_started_idx ON sending.message (contact_id) WHERE status = 'started';

-- An end is an end: no statement, however wrong, changes anything about a message that has one.
CREATE FUNCTION sending.guard_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'message % has ended as % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER message_ends_once BEFORE UPDATE ON sending.message FOR EACH ROW
  WHEN (OLD.ended_at IS NOT NULL)
  EXECUTE FUNCTION sending.guard_message();
CREATE TRIGGER message_stays BEFORE DELETE ON sending.message FOR EACH ROW EXECUTE FUNCTION sending.guard_message();
ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_ends_once;
ALTER TABLE sending.message ENABLE ALWAYS TRIGGER message_stays;

-- The answer to the first request under a key, byte for byte, for the whole life of its message.
CREATE TABLE sending.idempotency (
  brand_id   uuid NOT NULL,
  key_hash   bytea NOT NULL,
  body_hash  bytea NOT NULL,
  message_id uuid NOT NULL,
  response   text NOT NULL,
  PRIMARY KEY (brand_id, key_hash)
);

-- Hand-overs that count against caps: written before the provider is called, removed only when the
-- provider refused for good before accepting. An unknown outcome keeps its place.
CREATE TABLE sending.cap_use (
  contact_id  uuid NOT NULL,
  message_id  uuid NOT NULL,
  at          timestamptz NOT NULL,
  channel     text NOT NULL,
  class       text NOT NULL,
  purpose     text NOT NULL,
  topic       text,
  campaign    text,
  test        boolean NOT NULL,
  PRIMARY KEY (contact_id, message_id)
);

-- Token buckets by the generic cell rate algorithm, in microseconds since 1970. `tat` (theoretical arrival time)
-- is exact and decides; `tail` is where the line of those who wait ends, so that they wake one by one.
CREATE TABLE sending.rate_bucket (
  brand_id uuid NOT NULL,
  scope    text NOT NULL,
  key      text NOT NULL,
  rule     text NOT NULL,
  tat      bigint NOT NULL DEFAULT 0,
  tail     bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (brand_id, scope, key, rule)
) WITH (fillfactor = 50);

-- What reached or came from the contact. Reports read this and nothing else of this schema.
CREATE TABLE sending.touch (
  message_id   uuid NOT NULL,
  type         text NOT NULL,
  at           timestamptz NOT NULL,
  brand_id     uuid NOT NULL,
  contact_id   uuid NOT NULL,
  channel      text NOT NULL,
  topic_id     uuid,
  campaign_id  uuid,
  step         text,
  variant      text,
  provider_id  uuid,
  provider_ref text,
  test         boolean NOT NULL,
  PRIMARY KEY (message_id, type, at)
);

GRANT SELECT, INSERT ON sending.policy, sending.template, sending.idempotency TO gateway_app;
GRANT SELECT, INSERT, UPDATE ON sending.campaign, sending.provider, sending.message, sending.rate_bucket TO gateway_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sending.cap_use TO gateway_app;
GRANT SELECT, INSERT ON sending.touch TO gateway_app;
GRANT SELECT ON sending.policy, sending.template, sending.campaign, sending.touch TO gateway_reader;

CREATE FUNCTION sending.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER policy_immutable BEFORE UPDATE OR DELETE ON sending.policy FOR EACH ROW EXECUTE FUNCTION sending.refuse_change();
CREATE TRIGGER template_immutable BEFORE UPDATE OR DELETE ON sending.template FOR EACH ROW EXECUTE FUNCTION sending.refuse_change();
CREATE TRIGGER touch_append_only BEFORE UPDATE OR DELETE ON sending.touch FOR EACH ROW EXECUTE FUNCTION sending.refuse_change();
ALTER TABLE sending.policy ENABLE ALWAYS TRIGGER policy_immutable;
ALTER TABLE sending.template ENABLE ALWAYS TRIGGER template_immutable;
ALTER TABLE sending.touch ENABLE ALWAYS TRIGGER touch_append_only;

-- Readiness compares what was applied here with what the code expects.
GRANT SELECT ON public._prisma_migrations TO gateway_app;

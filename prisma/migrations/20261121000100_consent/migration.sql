-- Who may be written to, about what, and on which evidence: brands and their keys, purposes, topics,
-- notices, contacts, contact points, consent events and what follows from them.
-- Runs as gateway_owner; the application works as gateway_app and owns nothing.

CREATE SCHEMA consent;
GRANT USAGE ON SCHEMA consent TO gateway_app, gateway_reader;

-- The identity that speaks. Every other row hangs on one brand, and every statement names it.
CREATE TABLE consent.brand (
  id               uuid PRIMARY KEY,
  key              text NOT NULL UNIQUE CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name             text NOT NULL,
  legal_name       text NOT NULL,
  postal_address   text NOT NULL,
  default_language text NOT NULL,
  default_zone     text NOT NULL,
  country          text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
  sender_name      text NOT NULL,
  sender_email     text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now()
);

-- Only the SHA-256 of the secret is kept: at 160 random bits nothing slower is needed (ASVS 11.4).
-- A key without a brand belongs to the operator of the deployment.
CREATE TABLE consent.api_key (
  id          uuid PRIMARY KEY,
  public_id   text NOT NULL UNIQUE,
  brand_id    uuid REFERENCES consent.brand (id),
  name        text NOT NULL,
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32),
  scopes      text[] NOT NULL CHECK (cardinality(scopes) > 0),
  test        boolean NOT NULL,
  expires_at  timestamptz,
  revoked_at  timestamptz,
  replaces_id uuid REFERENCES consent.api_key (id),
  created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX api_key_brand_idx ON consent.api_key (brand_id);

CREATE TABLE consent.purpose (
  id          uuid PRIMARY KEY,
  brand_id    uuid NOT NULL REFERENCES consent.brand (id),
  key         text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  enforcement text NOT NULL CHECK (enforcement IN ('restrictive', 'permissive', 'disabled')),
  legal_basis text NOT NULL,
  labels      jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key)
);

CREATE TABLE consent.topic (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  purpose_id uuid NOT NULL REFERENCES consent.purpose (id),
  key        text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  labels     jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key)
);

-- What a person was shown, word by word. A new wording is a new version.
CREATE TABLE consent.notice (
  id         uuid PRIMARY KEY,
  brand_id   uuid NOT NULL REFERENCES consent.brand (id),
  key        text NOT NULL CHECK (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  version    integer NOT NULL CHECK (version > 0),
  language   text NOT NULL,
  wording    text NOT NULL,
  hash       bytea NOT NULL CHECK (octet_length(hash) = 32),
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, key, version, language)
);

-- A person. This row is also the lock under which everything that concerns the person is put in order:
-- an opt-out and a hand-over both hold it, so one of them is first.
CREATE TABLE consent.contact (
  id           uuid PRIMARY KEY,
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  external_id  text NOT NULL CHECK (length(external_id) BETWEEN 1 AND 200),
  subject_id   uuid NOT NULL UNIQUE,
  language     text,
  zone         text,
  country      text,
  account      text,
  attributes   jsonb NOT NULL DEFAULT '{}',
  paused_until timestamptz,
  erased_at    timestamptz,
  created_at   timestamptz NOT NULL DEFAULT now(),
  updated_at   timestamptz NOT NULL DEFAULT now(),
  UNIQUE (brand_id, external_id)
);

-- One address on one channel. `address_hash` is keyed, so it can outlive the address without revealing it.
CREATE TABLE consent.contact_point (
  id           uuid PRIMARY KEY,
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  contact_id   uuid NOT NULL REFERENCES consent.contact (id),
  channel      text NOT NULL CHECK (channel IN ('email', 'sms', 'push', 'whatsapp', 'teams', 'phone', 'webhook')),
  address      text NOT NULL,
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  created_at   timestamptz NOT NULL DEFAULT now(),
  ended_at     timestamptz
);
CREATE UNIQUE INDEX contact_point_in_use_key ON consent.contact_point (contact_id, channel, address_hash) WHERE ended_at IS NULL;
CREATE INDEX contact_point_address_idx ON consent.contact_point (brand_id, channel, address_hash);

-- What a person expressed, once recorded never changed. `scope_id` is a purpose or a topic of it.
CREATE TABLE consent.consent_event (
  id               uuid PRIMARY KEY,
  brand_id         uuid NOT NULL,
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  purpose_id       uuid NOT NULL REFERENCES consent.purpose (id),
  topic_id         uuid REFERENCES consent.topic (id),
  kind             text NOT NULL CHECK (kind IN ('requested', 'granted', 'confirmed', 'refused', 'withdrawn',
                                                 'revoked', 'expired', 'invalidated', 'imported', 'objected')),
  legal_basis      text NOT NULL,
  notice_id        uuid REFERENCES consent.notice (id),
  wording          text,
  method           text NOT NULL,
  source           text,
  actor            text NOT NULL,
  evidence         jsonb NOT NULL DEFAULT '{}',
  occurred_at      timestamptz NOT NULL,
  recorded_at      timestamptz NOT NULL,
  valid_until      timestamptz,
  effective        boolean NOT NULL,
  entry_id         uuid NOT NULL
);
CREATE INDEX consent_event_point_idx ON consent.consent_event (contact_point_id, recorded_at);

-- The fold of the events above, per contact point and scope, kept beside them in the same transaction.
CREATE TABLE consent.consent_state (
  contact_point_id uuid NOT NULL REFERENCES consent.contact_point (id),
  scope_id         uuid NOT NULL,
  status           text NOT NULL,
  since            timestamptz NOT NULL,
  valid_until      timestamptz,
  imported         boolean NOT NULL,
  event_id         uuid NOT NULL REFERENCES consent.consent_event (id),
  PRIMARY KEY (contact_point_id, scope_id)
) WITH (fillfactor = 80);

-- Addresses that must not be written to, whatever a contact point says. Survives erasure and re-import.
CREATE TABLE consent.suppression (
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  channel      text NOT NULL,
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  reason       text NOT NULL CHECK (reason IN ('bounce', 'complaint', 'manual')),
  since        timestamptz NOT NULL,
  entry_id     uuid NOT NULL,
  PRIMARY KEY (brand_id, channel, address_hash, reason)
);

GRANT SELECT, INSERT, UPDATE ON consent.brand, consent.api_key, consent.purpose, consent.topic, consent.contact,
  consent.contact_point, consent.consent_state TO gateway_app;
GRANT SELECT, INSERT ON consent.notice, consent.consent_event TO gateway_app;
GRANT SELECT, INSERT, DELETE ON consent.suppression TO gateway_app;
GRANT SELECT ON consent.brand, consent.purpose, consent.topic, consent.notice, consent.consent_state TO gateway_reader;

-- A grant can be widened by mistake; the triggers hold even then, and under session_replication_role = replica.
CREATE FUNCTION consent.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%.% is append-only: % is refused', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER consent_event_append_only BEFORE UPDATE OR DELETE ON consent.consent_event
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER consent_event_no_truncate BEFORE TRUNCATE ON consent.consent_event
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER notice_append_only BEFORE UPDATE OR DELETE ON consent.notice
  FOR EACH ROW EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER notice_no_truncate BEFORE TRUNCATE ON consent.notice
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_append_only;
ALTER TABLE consent.consent_event ENABLE ALWAYS TRIGGER consent_event_no_truncate;
ALTER TABLE consent.notice ENABLE ALWAYS TRIGGER notice_append_only;
ALTER TABLE consent.notice ENABLE ALWAYS TRIGGER notice_no_truncate;

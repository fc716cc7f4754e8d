-- What comparing the tables with the log needs for contact points, and for the rest of where consents stand.

-- Contact points as entries tell of them. The hash is the keyed one of the table; null where an entry names no address.
CREATE UNLOGGED TABLE shadow.contact_point (
  n                bigint NOT NULL,
  contact_point_id uuid NOT NULL,
  contact_id       uuid NOT NULL,
  brand_id         uuid NOT NULL,
  channel          text NOT NULL,
  added            boolean NOT NULL,
  address_hash     bytea
);
-- Whoever turned out to be another.
CREATE UNLOGGED TABLE shadow.merge (
  from_id uuid NOT NULL,
  into_id uuid NOT NULL
);
ALTER TABLE shadow.consent_state
  ADD COLUMN purpose_id    uuid NOT NULL,
  ADD COLUMN refused_kinds text[] NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON shadow.contact_point, shadow.merge TO gateway_app;

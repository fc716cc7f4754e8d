-- Under which other address a provider knows the one that was written to, as it said when it took a message: what people
-- answer comes from there. Both as keyed hashes, so that it outlives nobody's address.
CREATE TABLE consent.address_alias (
  brand_id     uuid NOT NULL REFERENCES consent.brand (id),
  channel      text NOT NULL,
  alias_hash   bytea NOT NULL CHECK (octet_length(alias_hash) = 32),
  address_hash bytea NOT NULL CHECK (octet_length(address_hash) = 32),
  PRIMARY KEY (brand_id, channel, alias_hash, address_hash)
);
GRANT SELECT, INSERT ON consent.address_alias TO gateway_app;

-- What a key opens is bound to its secret under a key that the database does not have: whoever writes or changes a row
-- and lacks it opens nothing. Null: not bound yet, by a version before; or revoked.
ALTER TABLE consent.api_key ADD COLUMN binding bytea CHECK (octet_length(binding) = 32);

-- What the recent calls of a provider's account say of it, for every process. Null while all of them are answered.
ALTER TABLE sending.provider ADD COLUMN circuit jsonb;

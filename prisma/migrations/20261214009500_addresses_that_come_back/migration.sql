-- Since when a contact point is in use: one that was opened again is written to after those that were there meanwhile.
ALTER TABLE consent.contact_point ADD COLUMN in_use_since timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE consent.contact_point SET in_use_since = created_at;

-- Since when its address has been somebody else's: what was agreed to there by then is void, whoever brings it.
ALTER TABLE consent.contact_point ADD COLUMN reassigned_at timestamptz;

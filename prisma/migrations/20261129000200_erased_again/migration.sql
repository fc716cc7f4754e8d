-- Who was erased is noted outside the database, so that a backup from before does not bring them back: the latest of them
-- are looked for every few seconds.
CREATE INDEX contact_erased_idx ON consent.contact (erased_at) WHERE erased_at IS NOT NULL;

-- Whoever changed something by an opt-out link can take that back for some minutes, by a secret that the answer to the
-- change alone tells. Its SHA-256 is kept here; null for a change by any other link.
ALTER TABLE consent.preference_change
  ADD COLUMN undo_hash bytea CHECK (octet_length(undo_hash) = 32);

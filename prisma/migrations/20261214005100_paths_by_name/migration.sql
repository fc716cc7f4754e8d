-- The path that an account's last touch ends, by each of the ways in which touches are named: as names of that way, so that
-- accounts with the same path are counted together. What was kept before is made anew.
TRUNCATE reporting.account_path;
DELETE FROM reporting.kept_touches;
ALTER TABLE reporting.account_path
  DROP COLUMN names,
  ADD COLUMN channel bytea NOT NULL,
  ADD COLUMN campaign bytea NOT NULL,
  ADD COLUMN topic bytea NOT NULL;

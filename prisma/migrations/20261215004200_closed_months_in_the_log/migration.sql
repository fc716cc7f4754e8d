-- The entry of the ledger that records a closed month; null for months that were closed before there was one.
ALTER TABLE reporting.snapshot ADD COLUMN entry_id uuid;

-- What the entry commits to: the digest of every report of the month, in order of their names, a line for each.
CREATE FUNCTION reporting.digest_of_month(entry uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(string_agg(report || ' ' || encode(sha256(convert_to(body, 'UTF8')), 'hex'), E'\n' ORDER BY report COLLATE "C"), 'UTF8')), 'hex')
    FROM reporting.snapshot WHERE entry_id = entry
$$;

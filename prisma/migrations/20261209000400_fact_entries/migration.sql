-- Which ledger entry says that a version of a fact was recorded. One entry for all that came in together: it commits to them by
-- one digest, which anybody makes again from the rows. Facts of before have none.
ALTER TABLE reporting.fact ADD COLUMN entry_id uuid;
CREATE INDEX fact_entry_idx ON reporting.fact (entry_id) WHERE entry_id IS NOT NULL;

-- The digest of what was recorded under an entry: each version as seven fields, in the order of recording.
CREATE FUNCTION reporting.digest_of_facts(entry uuid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(string_agg(
           jsonb_build_array(f.kind, f.external_id, f.version, to_char(f.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                             f.retracted, f.recorded_by, f.body)::text, chr(10) ORDER BY f.n), 'UTF8')), 'hex')
    FROM reporting.fact f WHERE f.entry_id = entry
$$;
GRANT EXECUTE ON FUNCTION reporting.digest_of_facts TO gateway_app;

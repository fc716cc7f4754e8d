-- Until when everything that was recorded can be read (docs/decisions/0431).
-- An instant is written before it can be read, and a transaction begins before it writes any: what is recorded by the
-- instant before the oldest one still running began is all there. Whoever asks sees the transactions of their own role,
-- which is the one that records.
CREATE FUNCTION reporting.settled_until() RETURNS timestamptz LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
DECLARE
  -- The clock first: what begins after it records later.
  asked timestamptz := clock_timestamp();
  oldest timestamptz;
BEGIN
  PERFORM pg_stat_clear_snapshot();
  SELECT min(xact_start) INTO oldest
    FROM pg_stat_activity
   WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid();
  RETURN least(asked, oldest) - interval '1 microsecond';
END $$;

-- now() is the instant at which a transaction says that it begins, a moment before others can see that it has begun.
ALTER TABLE reporting.fact ALTER COLUMN recorded_at SET DEFAULT statement_timestamp();

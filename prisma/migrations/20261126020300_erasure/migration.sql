-- A person can be erased without breaking a proof: the log keeps commitments, and what they commit to goes.

ALTER TABLE consent.contact
  -- Erased, but evidence that a statute keeps stays sealed until then and serves nothing else (GDPR Art. 18).
  ADD COLUMN restricted_until timestamptz,
  -- When what the person's entries disclosed was destroyed.
  ADD COLUMN shredded_at timestamptz;
CREATE INDEX contact_to_shred_idx ON consent.contact (restricted_until) WHERE erased_at IS NOT NULL AND shredded_at IS NULL;

-- The application still has no right to change or remove anything in the ledger. It may ask for these two things,
-- which take away what entries disclosed and touch no entry.

-- Everything one person's entries disclosed, with the secret under which it was sealed: copies of it are noise from
-- then on. The chain goes on under a new secret, because what was on its way when the person was erased still ends.
CREATE FUNCTION ledger.forget_subject(whose uuid, new_secret bytea) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  forgotten bigint;
BEGIN
  IF whose = '00000000-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'the set-up is no person' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE ledger.subject SET secret = new_secret WHERE id = whose;
  DELETE FROM ledger.disclosure WHERE subject_id = whose;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;

-- What these entries disclosed about persons, and nothing of the set-up.
CREATE FUNCTION ledger.forget_entries(entries uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  forgotten bigint;
BEGIN
  DELETE FROM ledger.disclosure d
   USING ledger.entry e
   WHERE e.id = ANY (entries) AND d.n = e.n AND d.subject_id <> '00000000-0000-0000-0000-000000000000';
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION ledger.forget_subject(uuid, bytea), ledger.forget_entries(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.forget_subject(uuid, bytea), ledger.forget_entries(uuid[]) TO gateway_app;

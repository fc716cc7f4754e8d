-- What is destroyed leaves its link behind (docs/decisions/0393): of evidence whose time was over the place of its entry in
-- the chain, of a person who was erased that of the entry that says so. Nothing is destroyed in the old way any more.

DROP FUNCTION ledger.forget_entries(uuid[]);
DROP FUNCTION ledger.forget_subject(uuid, bytea);

-- All that a person's entries disclosed but the link of one, sealed under the new secret.
CREATE FUNCTION ledger.forget_subject(whose uuid, new_secret bytea, kept_n bigint, kept bytea) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  forgotten bigint;
BEGIN
  IF whose = '00000000-0000-0000-0000-000000000000' THEN
    RAISE EXCEPTION 'the set-up is no person' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE ledger.subject SET secret = new_secret WHERE id = whose;
  DELETE FROM ledger.disclosure WHERE subject_id = whose AND n <> kept_n;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  UPDATE ledger.disclosure SET sealed = kept WHERE n = kept_n AND subject_id = whose;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'entry % is none of theirs', kept_n USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN forgotten;
END
$$;

-- What entries about persons disclosed but their links, and nothing of the set-up.
CREATE FUNCTION ledger.keep_links(entries bigint[], links bytea[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  forgotten bigint;
BEGIN
  UPDATE ledger.disclosure d SET sealed = l.link
    FROM unnest(entries, links) AS l (n, link)
   WHERE d.n = l.n AND d.subject_id <> '00000000-0000-0000-0000-000000000000'
     AND octet_length(l.link) < octet_length(d.sealed);
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END
$$;
REVOKE ALL ON FUNCTION ledger.forget_subject(uuid, bytea, bigint, bytea), ledger.keep_links(bigint[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger.forget_subject(uuid, bytea, bigint, bytea), ledger.keep_links(bigint[], bytea[]) TO gateway_app;

-- What an event told goes once its entry tells nothing more than where it is in its chain: a link is shorter than this, sealed,
-- and whatever evidence discloses is longer.
CREATE OR REPLACE FUNCTION consent.empty_old_events(events uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  emptied bigint;
BEGIN
  UPDATE consent.consent_event e
     SET source = NULL, wording = NULL, evidence = '{}'
   WHERE e.id = ANY (events)
     AND (e.source IS NOT NULL OR e.wording IS NOT NULL OR e.evidence <> '{}')
     AND NOT EXISTS (SELECT FROM consent.consent_state s WHERE s.event_id = e.id)
     AND NOT EXISTS (SELECT FROM ledger.entry l JOIN ledger.disclosure d ON d.n = l.n
                      WHERE l.id = e.entry_id AND octet_length(d.sealed) > 250);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END
$$;

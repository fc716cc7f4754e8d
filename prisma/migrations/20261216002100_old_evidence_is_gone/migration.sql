-- What an event's entry no longer discloses, because its time is over, the event's own row must not tell either. The
-- application may ask for that of events by which nothing stands and whose entries disclose nothing; never of others.
CREATE FUNCTION consent.empty_old_events(events uuid[]) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  emptied bigint;
BEGIN
  UPDATE consent.consent_event e
     SET source = NULL, wording = NULL, evidence = '{}'
   WHERE e.id = ANY (events)
     AND (e.source IS NOT NULL OR e.wording IS NOT NULL OR e.evidence <> '{}')
     AND NOT EXISTS (SELECT FROM consent.consent_state s WHERE s.event_id = e.id)
     AND NOT EXISTS (SELECT FROM ledger.entry l JOIN ledger.disclosure d ON d.n = l.n WHERE l.id = e.entry_id);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END
$$;
REVOKE ALL ON FUNCTION consent.empty_old_events(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION consent.empty_old_events(uuid[]) TO gateway_app;

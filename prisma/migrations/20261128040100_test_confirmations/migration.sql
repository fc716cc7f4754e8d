-- What is asked for and confirmed with a test key never left the machine, so it is no consent of the person: it writes no
-- consent event, and counts for test messages alone, from its row here, until that is over.
ALTER TABLE consent.double_opt_in
  ALTER COLUMN request_event_id DROP NOT NULL,
  ADD CONSTRAINT double_opt_in_event_check CHECK (test OR request_event_id IS NOT NULL);

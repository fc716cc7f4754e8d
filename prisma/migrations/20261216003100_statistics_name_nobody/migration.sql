-- What stands in a column stands in its statistics too, for as long as the table is not analysed again: an address that
-- was erased would be there for weeks. Nothing searches by these values but through unique or hashed keys.

DO $$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT * FROM (VALUES
      ('consent', 'contact', 'external_id'), ('consent', 'contact', 'account'), ('consent', 'contact', 'postal_code'),
      ('consent', 'contact', 'attributes'), ('consent', 'contact', 'wishes'),
      ('consent', 'contact_point', 'address'),
      ('consent', 'consent_event', 'source'), ('consent', 'consent_event', 'wording'), ('consent', 'consent_event', 'evidence'),
      ('sending', 'message', 'variables'), ('sending', 'message', 'provider_ref'), ('sending', 'message', 'override')
    ) AS personal (s, t, c)
  LOOP
    EXECUTE format('ALTER TABLE %I.%I ALTER COLUMN %I SET STATISTICS 0', one.s, one.t, one.c);
    -- What was gathered before stays otherwise.
    PERFORM pg_clear_attribute_stats(one.s, one.t, one.c, false);
  END LOOP;
END
$$;

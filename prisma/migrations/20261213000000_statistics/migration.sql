-- The tables that grow with every message are read by their keys, so PostgreSQL learns nothing from sorting the bytes and
-- ids of thirty thousand rows of each whenever a tenth has come to them. Ten is enough to know how many distinct values
-- there are, and a table whose columns all say ten gives a sample of a tenth. What nothing searches by is left out.
ALTER TABLE ledger.entry
  ALTER COLUMN n SET STATISTICS 10, ALTER COLUMN id SET STATISTICS 10, ALTER COLUMN leaf SET STATISTICS 0;
ALTER TABLE ledger.disclosure
  ALTER COLUMN n SET STATISTICS 10, ALTER COLUMN subject_id SET STATISTICS 10, ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE ledger.subject
  ALTER COLUMN id SET STATISTICS 10, ALTER COLUMN secret SET STATISTICS 0, ALTER COLUMN chain_n SET STATISTICS 0,
  ALTER COLUMN chain_head SET STATISTICS 0;
ALTER TABLE ledger.pending ALTER COLUMN seals SET STATISTICS 0, ALTER COLUMN mac SET STATISTICS 0;
ALTER TABLE ledger.tile ALTER COLUMN hashes SET STATISTICS 0, ALTER COLUMN root SET STATISTICS 0;
ALTER TABLE sending.idempotency
  ALTER COLUMN brand_id SET STATISTICS 10, ALTER COLUMN key_hash SET STATISTICS 10,
  ALTER COLUMN body_hash SET STATISTICS 0, ALTER COLUMN message_id SET STATISTICS 10;
ALTER TABLE sending.message
  ALTER COLUMN id SET STATISTICS 10, ALTER COLUMN contact_point_id SET STATISTICS 10,
  ALTER COLUMN subject_id SET STATISTICS 10, ALTER COLUMN variables SET STATISTICS 0,
  ALTER COLUMN override SET STATISTICS 0, ALTER COLUMN entry_ids SET STATISTICS 0,
  ALTER COLUMN worker SET STATISTICS 0, ALTER COLUMN provider_ref SET STATISTICS 0;
ALTER TABLE sending.cap_use ALTER COLUMN message_id SET STATISTICS 10, ALTER COLUMN segments SET STATISTICS 0;
ALTER TABLE consent.contact
  ALTER COLUMN id SET STATISTICS 10, ALTER COLUMN attributes SET STATISTICS 0, ALTER COLUMN wishes SET STATISTICS 0;
ALTER TABLE consent.consent_event ALTER COLUMN id SET STATISTICS 10, ALTER COLUMN evidence SET STATISTICS 0;

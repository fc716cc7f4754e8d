-- An import writes three of these rows for each row of its file, in the transaction that has just made or locked the contact
-- point and that knows of the import; nobody may delete either. To look both up again for every row was a sixth of what an
-- import costs PostgreSQL, and each look-up of the import locked the same row as all others.
ALTER TABLE consent.import_change
  DROP CONSTRAINT import_change_import_id_fkey,
  DROP CONSTRAINT import_change_contact_point_id_fkey;

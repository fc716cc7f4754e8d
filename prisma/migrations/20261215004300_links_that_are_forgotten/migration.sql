-- Where counted links lead goes with the person. That their message held some stays, so that no count moves: one row for each
-- message, with no address and an id of nothing.
ALTER TABLE sending.tracked_link ALTER COLUMN url DROP NOT NULL;

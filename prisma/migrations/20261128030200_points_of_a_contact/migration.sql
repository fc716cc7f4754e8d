-- Every contact point of a person, also those no longer in use: whoever locks, exports, merges or erases them asks.
CREATE INDEX contact_point_contact_idx ON consent.contact_point (contact_id);
-- Whoever merges or erases somebody looks for confirmations that are still open.
CREATE INDEX double_opt_in_contact_idx ON consent.double_opt_in (contact_id);

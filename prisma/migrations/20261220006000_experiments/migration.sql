-- By which experiment a message got its variant; null: its caller named it, or it has none. Variants of two experiments of
-- one campaign are told apart by this, however they are called.
ALTER TABLE sending.message ADD COLUMN experiment text;
CREATE INDEX message_variant_idx ON sending.message (campaign_id, id) INCLUDE (experiment) WHERE variant IS NOT NULL;
-- Who was left alone, for comparison with those who were not.
CREATE INDEX message_held_out_idx ON sending.message (brand_id, ended_at) WHERE reason = 'holdout';

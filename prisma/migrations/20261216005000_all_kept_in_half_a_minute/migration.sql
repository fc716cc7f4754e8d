-- What is kept of touches is written by the hundred thousand rows when all of it is kept anew, and each of them was looked up
-- in the list of brands, which took half the time. Nothing here is the only record of anything, no brand is ever deleted, and
-- that a brand is there is known from what is read.
ALTER TABLE reporting.account_touches DROP CONSTRAINT account_touches_brand_id_fkey;
ALTER TABLE reporting.account_path DROP CONSTRAINT account_path_brand_id_fkey;
ALTER TABLE reporting.touch_day DROP CONSTRAINT touch_day_brand_id_fkey;

-- Which messages came back, without a look at all touches: every report on what people did asks for it.
CREATE INDEX touch_bounced_idx ON sending.touch (message_id) INCLUDE (brand_id, recorded_at) WHERE type = 'bounced';

-- What is kept of touches has the number of the time at which it was kept anew, so that whoever remembers it goes on from
-- there. An account or a day of which nothing is left has an empty row, until all is kept anew. What was kept before is.
TRUNCATE reporting.account_touches, reporting.account_path, reporting.touch_day;
DELETE FROM reporting.kept_touches;
-- Drawn by whoever keeps a brand's touches, which is one at a time: who sees a number sees all lower ones of the brand.
CREATE SEQUENCE reporting.kept_number AS bigint;
GRANT USAGE ON SEQUENCE reporting.kept_number TO gateway_app;
ALTER TABLE reporting.kept_touches
  ADD COLUMN n bigint NOT NULL,
  -- Of when everything was kept anew.
  ADD COLUMN all_n bigint NOT NULL;
ALTER TABLE reporting.account_touches ADD COLUMN n bigint NOT NULL;
ALTER TABLE reporting.touch_day ADD COLUMN n bigint NOT NULL;
CREATE INDEX account_touches_n_idx ON reporting.account_touches (brand_id, n);
CREATE INDEX touch_day_n_idx ON reporting.touch_day (brand_id, basis, n);

-- Facts in the order in which they were recorded. Of visits there are as many as of touches, and they are kept as touches are.
CREATE INDEX fact_n_idx ON reporting.fact (brand_id, n) WHERE kind <> 'visit';

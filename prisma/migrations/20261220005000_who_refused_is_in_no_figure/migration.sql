-- Openings and clicks of people who refused to be counted (`untracked`) are in no figure about messages, as they were in none
-- about money. Messages that have such a click are kept anew. Whether an opening from before was of somebody who had agreed
-- was not asked then: those stay counted, but for the gateway's own images, which only those have who agreed.
INSERT INTO reporting.message_told (brand_id, messages)
SELECT brand_id, array_agg(DISTINCT message_id) FROM sending.touch WHERE untracked GROUP BY brand_id;

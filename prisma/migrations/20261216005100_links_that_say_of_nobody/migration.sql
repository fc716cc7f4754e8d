-- Where a link of an erased person led stays where it says nothing of them, so that what contents and links are reported to
-- have brought is as it was: without query and fragment, and only where mails to several others lead there too. The link
-- itself leads nowhere any more.
ALTER TABLE sending.tracked_link ADD COLUMN address text;
CREATE OR REPLACE VIEW sending.reported_link AS
SELECT message_id, id, coalesce(address, split_part(split_part(url, '?', 1), '#', 1)) AS address FROM sending.tracked_link;
-- Whether others were sent the same address: by its digest, because addresses are long and many mails have the same.
CREATE INDEX tracked_link_address_idx ON sending.tracked_link
  (hashtextextended(coalesce(address, split_part(split_part(url, '?', 1), '#', 1)), 0));

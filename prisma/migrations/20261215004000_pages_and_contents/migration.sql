-- What people read beside mails: pages, events and contents. A content is a fact like any other.
ALTER TABLE reporting.fact DROP CONSTRAINT fact_kind_check, ADD CONSTRAINT fact_kind_check
  CHECK (kind IN ('account', 'stage', 'opportunity', 'order', 'custom', 'visit', 'asset', 'cost', 'tariff', 'target',
                  'exchange_rate', 'weight_set', 'sign_off'));

-- Where counted links of mails lead, without what may say to whom: no query and no fragment.
CREATE VIEW sending.reported_link AS
SELECT message_id, id, split_part(split_part(url, '?', 1), '#', 1) AS address FROM sending.tracked_link;
GRANT SELECT ON sending.reported_link TO gateway_app;

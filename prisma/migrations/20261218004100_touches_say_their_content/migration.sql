-- A touch says of which template its message was, so that contents are kept as channels and campaigns are. Of a message that
-- was accepted that never changes, so nothing that a touch said becomes another: what is added is what its message says.
ALTER TABLE sending.touch ADD COLUMN template_id uuid;
ALTER TABLE sending.touch DISABLE TRIGGER touch_append_only;
UPDATE sending.touch t SET template_id = m.template_id FROM sending.message m WHERE m.id = t.message_id;
ALTER TABLE sending.touch ENABLE ALWAYS TRIGGER touch_append_only;

CREATE OR REPLACE VIEW sending.path_touch AS
SELECT message_id, type, event, brand_id, contact_id, at, channel, campaign_id, topic_id, recorded_at, template_id
  FROM sending.touch
 WHERE NOT test AND (type = 'sent' OR (type IN ('clicked', 'replied') AND NOT automated AND NOT untracked));

-- All touches are kept anew, with names that know the template of a message and the page of a visit.
TRUNCATE reporting.account_touches, reporting.account_path, reporting.touch_day, reporting.touch_name, reporting.account_acts,
  reporting.act_day;
DELETE FROM reporting.kept_touches;
ALTER TABLE reporting.touch_name ADD COLUMN template_id uuid, ADD COLUMN page text;
DROP INDEX reporting.touch_name_key;
-- Addresses may be longer than a row of an index.
CREATE UNIQUE INDEX touch_name_key ON reporting.touch_name
  (brand_id, channel, campaign_id, topic_id, campaign, template_id, md5(page)) NULLS NOT DISTINCT;
ALTER TABLE reporting.account_path ADD COLUMN content bytea NOT NULL;

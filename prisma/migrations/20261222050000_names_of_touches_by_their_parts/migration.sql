-- The name of a touch is looked up by its parts, of which most may be absent: no index is read for IS NOT DISTINCT FROM.
CREATE INDEX touch_name_parts_idx ON reporting.touch_name
  (brand_id, channel, coalesce(campaign_id, '00000000-0000-0000-0000-000000000000'::uuid),
   coalesce(template_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(campaign, ''), coalesce(md5(page), ''));

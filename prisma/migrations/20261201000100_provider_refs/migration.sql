-- What providers report names a message by the id that they gave it.
CREATE INDEX touch_provider_ref_idx ON sending.touch (provider_id, provider_ref)
  WHERE provider_ref IS NOT NULL AND channel IN ('sms', 'whatsapp');

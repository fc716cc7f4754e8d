-- Every protocol that the gateway speaks; which channel each is for, and what its account needs, the application knows.
ALTER TABLE sending.provider DROP CONSTRAINT provider_kind_check;
ALTER TABLE sending.provider ADD CONSTRAINT provider_kind_check CHECK (kind IN (
  'null', 'smtp', 'smpp', 'twilio', 'web_push', 'whatsapp_cloud', 'teams_workflow', 'dataverse_call', 'standard_webhook'));

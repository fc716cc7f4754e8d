-- Classes of messages that are handed over again when a provider's answer was lost, although it keeps no keys: somebody
-- would rather have two than none. Chosen by the brand for each provider; empty: never.
ALTER TABLE sending.provider
  ADD COLUMN at_least_once text[] NOT NULL DEFAULT '{}'
  CONSTRAINT provider_at_least_once_classes CHECK (at_least_once <@ '{commercial,transactional}'::text[]);

-- What somebody who asked on the page to be erased was told by mail (GDPR Art. 12(3) and (4)): that it was received, and
-- that it was refused. An erasure takes it away with the request. The ledger has the message.
CREATE TABLE consent.erasure_notice (
  change_id  uuid NOT NULL REFERENCES consent.preference_change (id),
  kind       text NOT NULL CHECK (kind IN ('received', 'refused')),
  at         timestamptz NOT NULL,
  -- Null: asked or refused before there were such mails.
  message_id uuid,
  PRIMARY KEY (change_id, kind)
);
GRANT SELECT, INSERT, DELETE ON consent.erasure_notice TO gateway_app;

INSERT INTO consent.erasure_notice (change_id, kind, at)
SELECT id, 'received', now() FROM consent.preference_change WHERE act = 'erase'
UNION ALL
SELECT change_id, 'refused', now() FROM consent.erasure_refusal;

-- Few of all changes ask for it, and somebody looks every ten seconds.
CREATE INDEX preference_change_erase_idx ON consent.preference_change (brand_id, at, id) WHERE act = 'erase';

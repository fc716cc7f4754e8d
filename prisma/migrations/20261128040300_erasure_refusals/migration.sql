-- A request to be erased that is not carried out (GDPR Art. 12(4)): by somebody who is not the person, or against a duty
-- to keep. The request stays, with when it was made; an erasure takes both away. The ledger is the record.
CREATE TABLE consent.erasure_refusal (
  change_id   uuid PRIMARY KEY REFERENCES consent.preference_change (id),
  at          timestamptz NOT NULL,
  reason      text NOT NULL,
  -- What the person reads on their page, and in which language it is.
  explanation text NOT NULL,
  language    text NOT NULL,
  entry_id    uuid NOT NULL
);
GRANT SELECT, INSERT, DELETE ON consent.erasure_refusal TO gateway_app;

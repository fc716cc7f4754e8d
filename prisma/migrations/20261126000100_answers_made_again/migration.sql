-- The answer to a request is made again from the ledger when the request is repeated. Kept here it was a fifth of all
-- that is written for a message, and it held facts about a person that erasure would have had to look for.
-- The column stays, empty, until no process of the release before is left that writes it.
ALTER TABLE sending.idempotency ALTER COLUMN response DROP NOT NULL;

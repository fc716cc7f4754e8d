-- The answer to a request is made again from the ledger when the request is repeated. Kept here it was a fifth of all
-- that is written for a message, and it held facts about a person that erasure would have had to look for.
ALTER TABLE sending.idempotency DROP COLUMN response;
ALTER TABLE sending.idempotency RESET (toast_tuple_target);

-- Closed months are read bit by bit, too, so each row bears an instant of a statement and not of the beginning of its
-- transaction, a moment before others can see that it has begun (docs/decisions/0431).
ALTER TABLE reporting.snapshot ALTER COLUMN made_at SET DEFAULT statement_timestamp();

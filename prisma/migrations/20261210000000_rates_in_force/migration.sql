-- The last hand-over that drew on a bucket, in microseconds since 1970; 0 where nobody wrote it down. A rule may be
-- corrected, and `tat` was reckoned by the one before: what a bucket owes now is bounded by that hand-over.
ALTER TABLE sending.rate_bucket ADD COLUMN spent bigint NOT NULL DEFAULT 0;

-- The last turn that somebody who had to wait was given, in microseconds since 1970: the next of them leaves one
-- interval later, whatever burst the bucket would allow. `tail` says when those who still wait ask again.
ALTER TABLE sending.rate_bucket ADD COLUMN turn bigint NOT NULL DEFAULT 0;

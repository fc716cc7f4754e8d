-- Every try of a delivery with its answer, the oldest first: a replay begins its tries anew, and must not forget those before.
ALTER TABLE sending.event_delivery ADD COLUMN tries jsonb NOT NULL DEFAULT '[]';

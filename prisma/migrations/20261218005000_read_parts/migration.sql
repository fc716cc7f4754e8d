-- Parts of a long text that were read stay known for some minutes, without their words: a center that was not told in time
-- that the last of them was taken brings it again, and read by itself it would be one more answer of the same person.
ALTER TABLE sending.brought
  -- Keyed hash of the words of a part: other words in its place are another text.
  ADD COLUMN said bytea,
  ADD COLUMN read_at timestamptz;

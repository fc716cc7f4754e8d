-- A message that could have left once, and that only a rate, a warm-up or its provider held. It stays so whatever holds it
-- later: hours that drop what comes upon them hold it.
ALTER TABLE sending.message ADD COLUMN in_line boolean NOT NULL DEFAULT false;

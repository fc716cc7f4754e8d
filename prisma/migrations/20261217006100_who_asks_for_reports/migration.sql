-- When reports of a brand were asked for last, to the hour: a process that starts reads what they are made of for brands whose
-- reports are read, before anybody waits for it.
ALTER TABLE reporting.kept_touches ADD COLUMN asked_at timestamptz;

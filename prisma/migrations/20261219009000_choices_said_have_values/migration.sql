-- What a person told the sender that they choose, beside when: a program that added something later takes that back, and
-- what the person chose is there again. NULL in rows from before: not known, so whatever there is counts as theirs.
ALTER TABLE consent.choice_said ADD COLUMN value jsonb;

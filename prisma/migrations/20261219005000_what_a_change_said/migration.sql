-- An undo takes back the very noes that a change recorded, so it knows them. A change from before this has none, and a wish
-- to take that back is told that nothing comes back.
ALTER TABLE consent.preference_change ADD COLUMN said uuid[] NOT NULL DEFAULT '{}';

-- While an upgrade is under way, a process of the version before goes on. It would read what is kept of touches by other names
-- than they have now, and keep it so: it asks for a column of the old name first, and its reports about now fail until it is
-- replaced, rather than say what is not so.
ALTER TABLE reporting.kept_touches RENAME COLUMN through TO whole_until;
DELETE FROM reporting.kept_touches;

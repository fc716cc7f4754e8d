-- Wishes that a center kept while this database was away, by the ids of their files, each written in the transaction that
-- carried it out: centers that share a folder may take up the same file at once, and it counts once. Names nobody.
CREATE TABLE consent.carried_wish (
  id         uuid        PRIMARY KEY,
  carried_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON consent.carried_wish TO gateway_app;

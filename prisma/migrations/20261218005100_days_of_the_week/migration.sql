-- On which day of the week a drawn time was, by the contact's clock: 0 Monday, 6 Sunday. Null: drawn before days were learned.
ALTER TABLE sending.best_time ADD COLUMN day smallint CHECK (day BETWEEN 0 AND 6);

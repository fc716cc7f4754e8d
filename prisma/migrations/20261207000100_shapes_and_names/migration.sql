-- What a brand sends along with its messages, and how it names templates and campaigns; empty: neither is looked at.
ALTER TABLE consent.brand ADD COLUMN data_shape jsonb NOT NULL DEFAULT '{}', ADD COLUMN names jsonb NOT NULL DEFAULT '{}';

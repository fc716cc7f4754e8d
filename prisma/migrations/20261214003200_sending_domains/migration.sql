-- Who a mail is from, fixed with the version of its template; null: whoever its brand names.
ALTER TABLE sending.template ADD COLUMN sender jsonb;
-- The domains in the From line whose mails leave by this account; empty: every other one's.
ALTER TABLE sending.provider ADD COLUMN sending_domains text[] NOT NULL DEFAULT '{}';

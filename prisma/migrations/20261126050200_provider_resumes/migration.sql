-- A provider that says when it may be asked again (Retry-After) means all that it is sent, by whichever process.
ALTER TABLE sending.provider ADD COLUMN resumes_at timestamptz;

-- Files of feeds may be CSV, too: as RFC 4180 has it, or as a German Excel opens it by double-click.
ALTER TABLE reporting.feed_export DROP CONSTRAINT feed_export_format_check;
ALTER TABLE reporting.feed_export ADD CONSTRAINT feed_export_format_check CHECK (format IN ('parquet', 'ndjson', 'csv', 'excel-de'));

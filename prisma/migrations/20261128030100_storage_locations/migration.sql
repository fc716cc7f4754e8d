-- Where a brand keeps personal data (ISO 3166-1 alpha-2): receipts of consents must say so (ISO/IEC TS 27560).
ALTER TABLE consent.brand ADD COLUMN storage_locations text[] NOT NULL DEFAULT '{}';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';

let database: TestDatabase;
let admin: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  admin = new pg.Client({ connectionString: database.urls.admin });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

/** References that nobody follows backwards: what they point to is never deleted, nor asked for what points to it. */
const NEVER_FOLLOWED = [
  // Set-up: a few rows in each brand.
  'consent.api_key (replaces_id)',
  'consent.topic (purpose_id)',
  // From many rows to set-up.
  'consent.consent_event (notice_id)',
  'consent.consent_event (purpose_id)',
  'consent.consent_event (topic_id)',
  'consent.double_opt_in (brand_id)',
  'consent.double_opt_in (purpose_id)',
  'consent.preference_change (brand_id)',
  'consent.served_notice (brand_id)',
  'consent.served_notice (notice_id)',
  // From an event to the one it rests on; an event is looked up by its person.
  'consent.consent_event (request_id)',
  'consent.consent_state (event_id)',
  'consent.double_opt_in (request_event_id)',
  // Looked up by their person, by their import, and by their visit.
  'consent.erasure_order (brand_id)',
  'consent.former_holding (contact_point_id)',
  'consent.preference_change (contact_point_id)',
  // Looked up by its id; those of a brand that are being made are few.
  'reporting.feed_export (brand_id)',
  // Has an index of those that are one.
  'consent.contact (merged_into)',
  'consent.consent_event (served_id)',
].sort();

it('every reference can be followed backwards without reading a whole table, or nobody does', async () => {
  const { rows } = await admin.query<{ reference: string }>(`
    SELECT c.conrelid::regclass || ' (' || string_agg(a.attname, ', ' ORDER BY k.n) || ')' AS reference
      FROM pg_constraint c
      CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k (attnum, n)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
     WHERE c.contype = 'f'
       AND NOT EXISTS (SELECT FROM pg_index i
                        WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
                          AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
     GROUP BY c.oid, c.conrelid
     ORDER BY 1`);
  expect(rows.map(({ reference }) => reference)).toEqual(NEVER_FOLLOWED);
});

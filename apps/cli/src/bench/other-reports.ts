import type pg from 'pg';
import type { BrandId } from '#lib/kernel';
import { type Database, systemClock } from '#lib/platform';
import { type Report, SnapshotService, snapshotsReport } from '#lib/reporting';
import { RunwayService } from '#lib/sending';

/** People with an address and a consent, by whom the runway is made. */
const PEOPLE = 10_000;
const MONTHS = 12;

/** A report that touches are not asked for; it is about no period, or always about the same. */
interface OtherReport {
  readonly report: string;
  readonly make: () => Promise<unknown>;
}

/** Each agreed once within the last two years, for the commercial purpose; the law asks when that was. */
export async function writePeople(admin: pg.Client): Promise<void> {
  await admin.query(`
    BEGIN;
    SET LOCAL session_replication_role = replica;
    CREATE TEMPORARY TABLE person ON COMMIT DROP AS
    SELECT md5('person' || i)::uuid AS id, i, p.id AS purpose, p.brand_id AS brand, now() - make_interval(days => i % 700) AS at
      FROM generate_series(1, ${PEOPLE}) AS i CROSS JOIN (SELECT * FROM consent.purpose WHERE key = 'commercial' LIMIT 1) AS p;
    INSERT INTO consent.contact (id, brand_id, external_id, subject_id, zone, country)
    SELECT id, brand, 'person-' || i, id, 'Europe/Berlin', (ARRAY['DE', 'AT', 'CA', 'US'])[1 + i % 4] FROM person;
    INSERT INTO consent.contact_point (id, brand_id, contact_id, channel, address, address_hash)
    SELECT id, brand, id, 'email', 'person-' || i || '@example.com', sha256(convert_to('person-' || i, 'UTF8')) FROM person;
    INSERT INTO consent.consent_event (id, brand_id, contact_point_id, purpose_id, kind, legal_basis, method, actor, occurred_at,
                                       recorded_at, effective, entry_id)
    SELECT id, brand, id, purpose, 'granted', 'consent', 'api', 'bench', at, at, true, id FROM person;
    INSERT INTO consent.consent_state (contact_point_id, scope_id, purpose_id, status, since, imported, event_id)
    SELECT id, purpose, purpose, 'granted', at, false, id FROM person;
    COMMIT`);
  await admin.query(
    'VACUUM (ANALYZE) consent.contact, consent.contact_point, consent.consent_event, consent.consent_state',
  );
}

/**
 * Closes the last twelve months, each with these reports.
 * @param reports some of one key: the first is kept
 */
export async function otherReports(
  database: Database,
  brandId: BrandId,
  reports: readonly Report[],
): Promise<OtherReport[]> {
  const snapshots = new SnapshotService(database);
  const byKey = new Map(reports.toReversed().map((report) => [report.key, report]));
  for (let ago = 1; ago <= MONTHS; ago++) {
    const month = monthsAgo(ago);
    const make = (): Promise<readonly Report[]> => Promise.resolve([...byKey.values()]);
    await snapshots.close({ brandId, month }, systemClock.now(), make, () => Promise.resolve());
  }
  const runway = new RunwayService(database);
  return [
    {
      report: 'snapshots',
      make: async () => {
        const kept = await snapshots.kept(brandId, null, null);
        // More where another stage, with reports that this one leaves out, has closed them.
        if (kept.length < MONTHS * byKey.size) throw new Error(`${kept.length} reports of closed months are kept`);
        const [first] = reports;
        const { now: dataThrough, position: ledgerPosition } = await snapshots.position();
        if (first === undefined) throw new Error('there are reports');
        const { period, zone } = first;
        return snapshotsReport(kept, { period, zone, parameters: {}, dataThrough, ledgerPosition });
      },
    },
    {
      report: `runway, ${PEOPLE.toLocaleString('en')} people`,
      make: () => runway.report({ brandId, weeks: 26, purpose: null, channel: null }),
    },
  ];
}

function monthsAgo(months: number): string {
  const now = new Date(systemClock.now());
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months)).toISOString().slice(0, 7);
}

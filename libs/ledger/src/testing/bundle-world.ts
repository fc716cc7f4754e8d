import { createHash } from 'node:crypto';
import type { SubjectId } from '#lib/kernel';
import {
  type BundleVerdict,
  canonicalize,
  COSIGNATURE_V1,
  cosign,
  parseSignedCheckpoint,
  readZip,
  type SigningKey,
  signingKey,
  type TrustPolicy,
  verifyBundle,
  writeSignatureLine,
  writeTrustPolicy,
} from '#lib/proof';
import { type AuditExport, AuditExportService } from '../bundle/audit-export.service.js';
import type { ExportScope } from '../bundle/export.store.js';
import { databaseClock } from '../database-clock.js';
import type { NewEntry } from '../domain/entry-types.js';
import { BRAND, KEYS, LedgerFixture, LOG_KEY, OTHER_BRAND, someDecision } from './ledger-fixture.js';

export const WITNESS = signingKey('witness.example/w1', COSIGNATURE_V1, Buffer.alloc(32, 4));
/** A second one, which only a stricter policy asks for. */
export const OTHER_WITNESS = signingKey('witness.example/w2', COSIGNATURE_V1, Buffer.alloc(32, 5));
export const TRUST: TrustPolicy = {
  logs: [{ key: LOG_KEY.key, url: null }],
  witnesses: [{ name: 'w1', key: WITNESS.key, url: null }],
  groups: [],
  quorum: 'w1',
};
export const POLICY = writeTrustPolicy(TRUST);
export const BOTH = writeTrustPolicy({
  ...TRUST,
  witnesses: [...TRUST.witnesses, { name: 'w2', key: OTHER_WITNESS.key, url: null }],
  groups: [{ name: 'both', threshold: 2, members: ['w1', 'w2'] }],
  quorum: 'both',
});
export const ALL: ExportScope = { subjects: null, campaign: null, from: null, to: null };
export const CAMPAIGN = '33333333-3333-4333-8333-333333333333';
export const NOTICE = { key: 'terms', language: 'en', version: 1, wording: 'Yes, please. =SUM(A1)' };
/** Hash of the one notice that was published. */
export const DOC = createHash('sha256').update(canonicalize(NOTICE)).digest('hex');

/** Hash of a policy version that nobody published here. */
export const POL = '5'.repeat(64);

/** A published and witnessed log of two people and two brands, from which bundles can be ordered. */
export class BundleWorld {
  private constructor(
    readonly fixture: LedgerFixture,
    readonly exports: AuditExportService,
    /** Consented, and was written to twice. */
    readonly ada: SubjectId,
  ) {}

  /** @param volumeRecords into one file of a bundle go so many, if not as many as usual */
  static async create(volumeRecords?: number): Promise<BundleWorld> {
    const fixture = await LedgerFixture.create();
    const exports = new AuditExportService(fixture.database, fixture.ledger, KEYS, volumeRecords);
    const [ada, eve] = [await fixture.subject(), await fixture.subject()];
    const world = new BundleWorld(fixture, exports, ada);
    await fixture.append({
      type: 'notice.published',
      at: 0,
      brandId: BRAND,
      clear: { doc: DOC },
      disclosed: { notice: { id: 'x', ...NOTICE } },
    });
    await world.published();
    await fixture.append(
      known(ada),
      consent(ada),
      sent(ada, 'm1', CAMPAIGN),
      someDecision(eve),
      someDecision(eve, 'x', BRAND),
    );
    await world.published();
    await fixture.append(sent(ada, 'm2', null), ended(ada, 'm1'));
    await fixture.append(someDecision(await fixture.subject(), 'elsewhere', OTHER_BRAND));
    await world.published();
    return world;
  }

  close(): Promise<void> {
    return this.fixture.close();
  }

  /** Somebody who has just become known. */
  async person(contact = 'c'): Promise<SubjectId> {
    const subject = await this.fixture.subject();
    await this.fixture.append(known(subject, contact));
    return subject;
  }

  /** @param witnesses who cosigns the new checkpoint */
  async published(witnesses: readonly SigningKey[] = [WITNESS]): Promise<void> {
    while ((await this.fixture.sequencer().runOnce()) > 0);
    await this.fixture.publisher().runOnce();
    await this.fixture.disconnectWorkers();
    const { text } = parseSignedCheckpoint((await this.fixture.published.checkpoint())!).note;
    const time = Math.floor((await databaseClock(this.fixture.database.tx)) / 1000);
    for (const { key, privateKey } of witnesses) {
      const line = writeSignatureLine(cosign(text, key, privateKey, time));
      await this.fixture.asSuperuser(
        `INSERT INTO ledger.cosignature SELECT max(id), $1, $2, to_timestamp($3) FROM ledger.checkpoint ON CONFLICT DO NOTHING`,
        [line, key.name, time],
      );
    }
  }

  /** Builds what waits; the log is published whenever that is what it waits for. */
  async made(id: string): Promise<AuditExport> {
    for (let i = 0; i < 20; i++) {
      await this.fixture.asSuperuser('UPDATE ledger.export SET lease_until = NULL');
      if (!(await this.exports.buildNext(() => POLICY))) await this.published();
      const now = await this.exports.get(BRAND, id);
      if (now.state === 'ready' || now.state === 'failed') return now;
    }
    throw new Error('it was not made');
  }

  async bytesOf(id: string): Promise<Buffer> {
    const { parts, bytes } = await this.exports.download(BRAND, id);
    const all: Buffer[] = [];
    for await (const part of parts) all.push(part);
    const whole = Buffer.concat(all);
    if (whole.length !== bytes) throw new Error(`${bytes} bytes were announced, and ${whole.length} came`);
    return whole;
  }

  async ordered(scope: ExportScope, since: number | null = null): Promise<{ id: string; bytes: Buffer }> {
    const { id } = await this.exports.request(BRAND, scope, since, 'key-1');
    const { state, failure } = await this.made(id);
    if (state !== 'ready') throw new Error(`the bundle is ${state}: ${failure}`);
    return { id, bytes: await this.bytesOf(id) };
  }

  async bundleOf(scope: ExportScope): Promise<Map<string, Buffer>> {
    return readZip((await this.ordered(scope)).bytes);
  }
}

/** As the first entry of everybody says it. */
export const known = (subjectId: SubjectId, id = 'c'): NewEntry => ({
  type: 'contact.changed',
  ...{ at: Date.now(), brandId: BRAND, subjectId },
  clear: {},
  disclosed: { contact: { id, externalId: 'somebody' }, change: { created: true }, actor: 'spec' },
});
export const consent = (subjectId: SubjectId): NewEntry => ({
  type: 'consent.granted',
  ...{ at: Date.now(), brandId: BRAND, subjectId },
  clear: { ch: 'email', basis: 'consent', doc: DOC },
  disclosed: {
    ...{ contact: { id: 'c', point: 'p' }, topic: { purpose: 'p', topic: null }, event: { id: 'e' } },
    ...{ wording: { notice: '=cmd()' }, evidence: {}, actor: '+49' },
  },
});
export const sent = (subjectId: SubjectId, id: string, campaign: string | null): NewEntry => ({
  type: 'send.accepted',
  ...{ at: Date.now(), brandId: BRAND, subjectId },
  clear: { ch: 'email', out: 'pass', pol: POL, tz: '2026f', rules: 2 },
  disclosed: {
    ...{ message: { id }, contact: { id: 'c', point: 'p' }, topic: { purpose: 'p', topic: null } },
    campaign: { campaign, step: null, variant: null },
    checks: {
      decision: { outcome: 'pass', policy: { key: 'default', version: 1 }, rules: 2, local: { tzdb: '2026f' } },
      facts: { message: { class: 'commercial' } },
    },
  },
});
const ended = (subjectId: SubjectId, id: string): NewEntry => ({
  type: 'send.ended',
  ...{ at: Date.now(), brandId: BRAND, subjectId },
  clear: { ch: 'email', out: 'sent' },
  disclosed: { message: { id }, handover: { attempt: 1 } },
});

export const verify = (given: ReadonlyMap<string, Buffer>, policy = POLICY): BundleVerdict =>
  verifyBundle({ files: given, policy });
export const failing = ({ steps }: BundleVerdict) =>
  steps.filter(({ result }) => result === 'fails').map(({ step }) => step);
export const typesIn = ({ records }: BundleVerdict) =>
  records.filter(({ role }) => role === 'record').map(({ type }) => type);

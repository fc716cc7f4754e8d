import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import type { BrandId, SubjectId } from '#lib/kernel';
import { Database, newId } from '#lib/platform';
import type { NewEntryOf } from '../domain/entry-types.js';
import { LedgerService } from '../ledger.service.js';
import type { LedgerKeys } from '../sealing.js';
import { Sequencer } from '../sequencer.js';

export const KEYS: LedgerKeys = { kek: Buffer.alloc(32, 1), macKey: Buffer.alloc(32, 2) };
export const BRAND = '11111111-1111-4111-8111-111111111111' as BrandId;
export const OTHER_BRAND = '22222222-2222-4222-8222-222222222222' as BrandId;

const GUARDED = ['entry', 'placement', 'pending', 'head'];

/** An empty ledger on a database of its own. */
export class LedgerFixture {
  readonly ledger = new LedgerService(KEYS);
  readonly database: Database;
  private readonly sequencers: Sequencer[] = [];
  private superuser: pg.Client | undefined;

  private constructor(readonly server: TestDatabase) {
    this.database = new Database({ url: server.urls.app, max: 10 });
  }

  static async create(): Promise<LedgerFixture> {
    return new LedgerFixture(await createTestDatabase());
  }

  /** A sequencer that runs when it is told to; stopped by `close`. */
  sequencer(options: { batch?: number; tickMs?: number } = {}): Sequencer {
    const sequencer = new Sequencer({ url: this.server.urls.sequencer, keys: KEYS, ...options });
    this.sequencers.push(sequencer);
    return sequencer;
  }

  /** Behind the grants, as an attacker with the whole database would be. */
  async asSuperuser(sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    if (this.superuser === undefined) {
      this.superuser = new pg.Client({ connectionString: this.server.urls.admin });
      this.superuser.on('error', () => undefined);
      await this.superuser.connect();
    }
    return (await this.superuser.query(sql, values)).rows as Record<string, unknown>[];
  }

  /** As a superuser who has switched every trigger off. */
  async tamper(sql: string, values: unknown[] = []): Promise<void> {
    await this.asSuperuser('BEGIN');
    for (const table of GUARDED) await this.asSuperuser(`ALTER TABLE ledger.${table} DISABLE TRIGGER ALL`);
    await this.asSuperuser(sql, values);
    for (const table of GUARDED) {
      await this.asSuperuser(`ALTER TABLE ledger.${table} ENABLE ALWAYS TRIGGER append_only`);
      await this.asSuperuser(`ALTER TABLE ledger.${table} ENABLE ALWAYS TRIGGER append_only_truncate`);
    }
    await this.asSuperuser('ALTER TABLE ledger.head ENABLE ALWAYS TRIGGER grows_only');
    await this.asSuperuser('COMMIT');
  }

  async subject(): Promise<SubjectId> {
    const [subject] = await this.ledger.createSubjects(this.database.tx, 1);
    if (subject === undefined) throw new Error('no subject');
    return subject;
  }

  /** Appends in a transaction of its own. */
  async append(
    ...entries: Parameters<LedgerService['append']>[1]
  ): Promise<Awaited<ReturnType<LedgerService['append']>>> {
    return this.database.transaction((tx) => this.ledger.append(tx, entries));
  }

  async close(): Promise<void> {
    for (const sequencer of this.sequencers) await sequencer.stop();
    await this.superuser?.end();
    await this.database.close();
    await this.server.drop();
  }
}

/** A decision about a message; `mark` can be found again in its disclosures. */
export function someDecision(subjectId: SubjectId, mark = 'mark', brandId = BRAND): NewEntryOf<'send.decided'> {
  return {
    type: 'send.decided',
    at: Date.UTC(2026, 0, 1),
    brandId,
    subjectId,
    clear: { ch: 'email', mc: 'commercial', out: 'drop', reason: 'frequency_cap' },
    disclosed: { message: { id: newId() }, checks: [mark] },
  };
}

/** A topic that was set up: an entry without a person. */
export function someTopic(brandId: BrandId | null = BRAND): NewEntryOf<'topic.changed'> {
  return { type: 'topic.changed', at: Date.UTC(2026, 0, 1), brandId, clear: {}, disclosed: { topic: { key: 'news' } } };
}

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { passTime, TEST_CLOCK, withSession } from '../../../../test/support/database-clock.js';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { Database, newId } from '#lib/platform';
import { ED25519, type SigningKey, signingKey, writeSigningKey } from '#lib/proof';
import type { NewEntryOf } from '../domain/entry-types.js';
import { LedgerService } from '../ledger.service.js';
import { PublishedLog } from '../published-log.js';
import { Publisher, type PublisherOptions } from '../publisher.js';
import type { LedgerKeys } from '../sealing.js';
import { Sequencer } from '../sequencer.js';

export const KEYS: LedgerKeys = { kek: Buffer.alloc(32, 1), macKey: Buffer.alloc(32, 2) };
export const BRAND = '11111111-1111-4111-8111-111111111111' as BrandId;
export const OTHER_BRAND = '22222222-2222-4222-8222-222222222222' as BrandId;

const GUARDED = ['entry', 'placement', 'pending', 'head', 'tile', 'checkpoint', 'cosignature'];

export const ORIGIN = 'gateway.example/ledger';
/** Its private half is known to everybody who reads this. */
export const LOG_KEY: SigningKey = signingKey(ORIGIN, ED25519, Buffer.alloc(32, 3));

/** An empty ledger on a database of its own. */
export class LedgerFixture {
  readonly ledger = new LedgerService(KEYS);
  readonly database: Database;
  readonly published: PublishedLog;
  /** Where the log's key and the signer's memory are. */
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ledger-'));
  private readonly running: { stop(): Promise<void> }[] = [];
  private superuser: pg.Client | undefined;
  private isDisconnected = false;

  private constructor(readonly server: TestDatabase) {
    this.database = new Database({ url: withSession(server.urls.app, TEST_CLOCK), max: 10 });
    this.published = new PublishedLog(this.database);
    this.writeKeys([LOG_KEY]);
  }

  static async create(): Promise<LedgerFixture> {
    return new LedgerFixture(await createTestDatabase());
  }

  /** The same ledger once more, with all that the signer remembers. @param original one that is disconnected */
  static async copyOf(original: LedgerFixture): Promise<LedgerFixture> {
    const copy = new LedgerFixture(await copyTestDatabase(original.server));
    fs.cpSync(original.folder, copy.folder, { recursive: true });
    return copy;
  }

  /** A sequencer that runs when it is told to; stopped by `close`. */
  sequencer(options: { batch?: number; tickMs?: number } = {}): Sequencer {
    const sequencer = new Sequencer({ url: this.server.urls.sequencer, keys: KEYS, ...options });
    this.running.push(sequencer);
    return sequencer;
  }

  /** A publisher that runs when it is told to; stopped by `close`. */
  publisher(options: Partial<PublisherOptions> = {}): Publisher {
    const publisher = new Publisher({ url: this.server.urls.sequencer, folder: this.folder, ...options });
    this.running.push(publisher);
    return publisher;
  }

  writeKeys(keys: readonly SigningKey[], folder = this.folder): void {
    const lines = keys.map((key) => `${writeSigningKey(key)}\n`);
    fs.writeFileSync(path.join(folder, 'log.key'), lines.join(''), { mode: 0o600 });
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

  /** From now on it is so much later for what is appended: `13 months`. */
  async pass(interval: string): Promise<void> {
    await passTime(this.server.urls.admin, interval);
  }

  /** Destroys evidence whose time is over; an entry says so. */
  async forgetEntries(...ids: readonly EntryId[]): Promise<number> {
    return this.database.transaction((tx) => this.ledger.forgetEntries(tx, BRAND, ids, Date.now()));
  }

  /** Erases somebody; the last entry that is left says so. */
  async erase(subjectId: SubjectId): Promise<void> {
    const about = { at: Date.now(), brandId: BRAND, subjectId };
    await this.append({ type: 'erasure.executed', ...about, clear: { basis: 'gdpr_17_1' }, disclosed: {} });
    await this.database.transaction((tx) => this.ledger.forgetSubject(tx, subjectId));
  }

  /** Ends the sequencers and publishers that it gave; it can give others. */
  async disconnectWorkers(): Promise<void> {
    for (const one of this.running.splice(0)) await one.stop();
  }

  /** Ends all its connections, for good. */
  async disconnect(): Promise<void> {
    if (this.isDisconnected) return;
    this.isDisconnected = true;
    for (const one of this.running) await one.stop();
    await this.superuser?.end();
    await this.database.close();
  }

  async close(): Promise<void> {
    await this.disconnect();
    await this.server.drop();
    fs.rmSync(this.folder, { recursive: true });
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

/** Evidence of a consent. */
export function someConsent(subjectId: SubjectId): NewEntryOf<'consent.granted'> {
  return {
    ...{ type: 'consent.granted', at: Date.UTC(2026, 0, 1), brandId: BRAND, subjectId, clear: { ch: 'email' } },
    disclosed: { event: { id: newId() } },
  };
}

/** A topic that was set up: an entry without a person. */
export function someTopic(brandId: BrandId | null = BRAND): NewEntryOf<'topic.changed'> {
  return { type: 'topic.changed', at: Date.UTC(2026, 0, 1), brandId, clear: {}, disclosed: { topic: { key: 'news' } } };
}

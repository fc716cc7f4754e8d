import { Inject, Injectable } from '@nestjs/common';
import { addressHashesOf, type ConsentFact, foldConsent, isRefusal, statedOf, withoutRetracted } from '#lib/consent';
import { LedgerService, logSize, type OnProgress, READ_PAGE } from '#lib/ledger';
import { Database, KEY_RING, type KeyRing, type Tx } from '#lib/platform';
import { EmptiedEvents } from './domain/emptied-events.js';
import { eventColumns, messageColumns, setUpColumns, type ToldEntry } from './domain/compare-rows.js';
import type { Difference } from './domain/difference.js';
import {
  consentEventOf,
  keptOf,
  mergeOf,
  namesOf,
  ownersOf,
  type PointShadow,
  pointOf,
  sendOf,
  suppressionOf,
} from './domain/entry-rows.js';
import { KeysTold } from './domain/keys-told.js';
import { SetUpTold } from './domain/set-up-told.js';
import { rowStore, type SetUpRow } from './row.store.js';
import { type ScopeFact, shadowStore, type StateShadow } from './shadow.store.js';

/** What was compared, and what differs. */
export interface Reconciled {
  readonly entries: number;
  /** Of each table at most MOST_SHOWN. */
  readonly differences: readonly Difference[];
}

const KINDS = [
  ...['consent', 'suppression', 'addresses', 'send', 'contact', 'contact_point'],
  ...['purpose', 'topic', 'notice', 'policy', 'provider', 'endpoint', 'key', 'erasure'],
];
const POINTS = 2_000;
export const MOST_SHOWN = 1_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Makes consents, suppressions, ends of messages and places under caps again from the log, and compares them with the
 * tables, in both directions and as of one instant. Trusts the log: whether that is sound is for `ledger fsck` to say.
 */
@Injectable()
export class Reconciler {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
    @Inject(KEY_RING) private readonly keys: Pick<KeyRing, 'addresses'>,
  ) {}

  /** Any difference is written into the log, once as long as it stays the same, and turns readiness red. */
  async run(onProgress: OnProgress = () => undefined): Promise<Reconciled> {
    const found = await this.database.transaction(async (tx) => {
      await shadowStore.begin(tx);
      // Whoever takes away what an entry disclosed takes it out of the comparison as well.
      const torn = (await this.ledger.chainProblems(tx)).map((one): Difference => ({ ...one, row: '' }));
      const compared = await this.compare(tx, onProgress).catch((error: unknown) => {
        // What cannot be opened is told already.
        if (torn.length === 0) throw error;
        return { entries: 0, differences: [] };
      });
      await shadowStore.clear(tx);
      return { entries: compared.entries, differences: [...torn, ...compared.differences] };
    });
    await this.ledger.recordReconciliation(this.database, found.entries, countsOf(found.differences));
    return found;
  }

  private async compare(tx: Tx, onProgress: OnProgress): Promise<Reconciled> {
    const found: Difference[] = [];
    const entries = await this.readLog(tx, found, onProgress);
    found.push(...(await shadowStore.untold(tx, MOST_SHOWN)), ...(await shadowStore.putBack(tx, MOST_SHOWN)));
    await shadowStore.fillErased(tx);
    await this.foldStates(tx);
    await this.addresses(tx, found);
    const differences = await shadowStore.differences(tx, MOST_SHOWN);
    return { entries, differences: [...differences, ...mostOfEach(found)] };
  }

  private async readLog(tx: Tx, found: Difference[], onProgress: OnProgress): Promise<number> {
    let entries = 0;
    let read = 0;
    const size = await logSize(tx);
    const [setUp, keys, emptied] = [new SetUpTold(), new KeysTold(), new EmptiedEvents()];
    for await (const page of this.ledger.allEntries(tx, KINDS)) {
      const of = (kind: string) => page.filter(({ clear }) => isOf(kind, clear['t']));
      const consents = of('consent');
      await shadowStore.addEvents(tx, consents.map(consentEventOf));
      await shadowStore.addSuppressions(tx, of('suppression').map(suppressionOf));
      await shadowStore.addKept(tx, of('addresses').flatMap(keptOf));
      // That a task was taken back changes no end of a message.
      const sends = of('send').filter(({ clear }) => clear['t'] !== 'send.recalled');
      await shadowStore.addSends(tx, sends.map(sendOf));
      await shadowStore.addPoints(
        tx,
        of('contact_point').flatMap((entry) => this.hashed(pointOf(entry))),
      );
      await shadowStore.addMerges(
        tx,
        of('contact').flatMap((entry) => mergeOf(entry) ?? []),
      );
      await this.events(tx, new Map(consents.map((entry) => [entry.id, entry])), emptied, found);
      await this.messages(
        tx,
        page.filter(({ clear }) => clear['t'] === 'send.accepted'),
        found,
      );
      found.push(...(await rowStore.otherChains(tx, page.flatMap(ownersOf))));
      found.push(...(await rowStore.otherNames(tx, page.flatMap(namesOf))));
      for (const entry of page) {
        setUp.add(entry);
        keys.add(entry);
        emptied.add(entry);
      }
      entries += page.length;
      read = Math.min(read + READ_PAGE, size);
      onProgress(read, size);
    }
    found.push(...emptied.unexplained());
    found.push(...setUpDifferences(setUp, await rowStore.setUp(tx)), ...keys.differences(await rowStore.keys(tx)));
    for (const row of await rowStore.brandsWithoutEverything(tx))
      found.push({ table: 'consent.purpose', row, problem: 'is not there for everything' });
    return entries;
  }

  /** What an event says beside what stands and where is compared row by row, while its entry is at hand. */
  private async events(
    tx: Tx,
    entries: ReadonlyMap<string, ToldEntry & { readonly n: number }>,
    emptied: EmptiedEvents,
    found: Difference[],
  ): Promise<void> {
    for (const row of await rowStore.events(tx, [...entries.keys()])) {
      const entry = entries.get(row.entryId);
      if (entry === undefined) continue;
      const columns = eventColumns(entry, row, statedOf);
      for (const difference of differenceIn('consent.consent_event', row.id, columns))
        if (!emptied.hold(entry, row, columns, difference)) found.push(difference);
    }
  }

  private async messages(tx: Tx, entries: readonly ToldEntry[], found: Difference[]): Promise<void> {
    const byId = new Map<string, ToldEntry>();
    for (const entry of entries) {
      const { messageId } = sendOf({ n: 0, id: '', ...entry });
      if (messageId !== null) byId.set(messageId, entry);
    }
    for (const row of await rowStore.messages(tx, [...byId.keys()])) {
      const entry = byId.get(row.id);
      if (entry !== undefined) found.push(...differenceIn('sending.message', row.id, messageColumns(entry, row)));
    }
  }

  private hashed(point: PointShadow | null) {
    if (point === null) return [];
    const { brandId, channel, address } = point;
    return [{ ...point, hashes: address === null ? [] : this.hashesOf(brandId, channel, address) }];
  }

  /** Each under which it may be kept: a number that was known before its forms were one has that of the one it was given in. */
  private hashesOf(brandId: string, channel: string, address: string): string[] {
    return addressHashesOf(this.keys.addresses, brandId, channel, address).map((hash) => hash.toString('hex'));
  }

  /** An address is found by its hash, and written to as it stands. */
  private async addresses(tx: Tx, found: Difference[]): Promise<void> {
    for (let after = NOBODY; ;) {
      const rows = await rowStore.addresses(tx, after, POINTS);
      for (const { id, brandId, channel, address, addressHash } of rows) {
        const isIts = this.hashesOf(brandId, channel, address).includes(addressHash.toString('hex'));
        if (!isIts)
          found.push({ table: 'consent.contact_point', row: id, problem: 'has another address than its hash' });
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      after = last.id;
    }
  }

  private async foldStates(tx: Tx): Promise<void> {
    for (let after = NOBODY; ;) {
      const facts = await shadowStore.facts(tx, after, POINTS);
      await shadowStore.addStates(tx, statesOf(facts));
      const last = facts.at(-1);
      if (last === undefined) return;
      after = last.pointId;
    }
  }
}

/** In both directions: whoever takes the newest version of a policy away puts the one before it back in force. */
function setUpDifferences(log: SetUpTold, rows: readonly SetUpRow[]): Difference[] {
  const there = new Set(rows.map(({ table, id }) => `${table} ${id}`));
  const gone = [...log.all()].filter(({ table, id }) => !there.has(`${table} ${id}`));
  return [
    ...rows.flatMap(({ id, table, told }) => {
      const said = log.of(table, id);
      if (said === undefined) return [{ table, row: id, problem: 'is in no entry of the log' }];
      return differenceIn(table, id, setUpColumns(said, told));
    }),
    ...gone.map(({ table, id }) => ({ table, row: id, problem: 'is in the log and not in the table' })),
  ];
}

function statesOf(facts: readonly ScopeFact[]): StateShadow[] {
  const scopes = new Map<string, ScopeFact[]>();
  for (const fact of facts) {
    const key = `${fact.pointId} ${fact.scopeId}`;
    const scope = scopes.get(key);
    if (scope === undefined) scopes.set(key, [fact]);
    else scope.push(fact);
  }
  return [...scopes.values()].flatMap((scope) => {
    const [first] = scope;
    const state = foldConsent(scope);
    if (first === undefined || state === null) return [];
    const { pointId, scopeId, purposeId } = first;
    return [{ pointId, scopeId, purposeId, ...state, ...lastRefusals(scope) }];
  });
}

function lastRefusals(facts: readonly ConsentFact[]): Pick<StateShadow, 'refusedAt' | 'refusals'> {
  const refusals = withoutRetracted(facts).filter(({ kind }) => isRefusal(kind));
  if (refusals.length === 0) return { refusedAt: null, refusals: [] };
  const refusedAt = Math.max(...refusals.map(({ occurredAt }) => occurredAt));
  const last = refusals.filter(({ occurredAt }) => occurredAt === refusedAt);
  return { refusedAt, refusals: last.map(({ kind, id }) => `${kind} ${id}`) };
}

function differenceIn(table: string, row: string, columns: readonly string[]): Difference[] {
  return columns.length === 0 ? [] : [{ table, row, problem: `says otherwise than its entry: ${columns.join(', ')}` }];
}

/** Each once, though several entries may contradict a row. */
function mostOfEach(found: readonly Difference[]): Difference[] {
  const counts = new Map<string, number>();
  const each = new Map(found.map((one) => [`${one.table} ${one.row} ${one.problem}`, one]));
  return [...each.values()].filter(({ table }) => {
    const count = (counts.get(table) ?? 0) + 1;
    counts.set(table, count);
    return count <= MOST_SHOWN;
  });
}

const isOf = (kind: string, type: unknown): boolean => typeof type === 'string' && type.startsWith(`${kind}.`);

function countsOf(differences: readonly Difference[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { table } of differences) counts[table] = (counts[table] ?? 0) + 1;
  return counts;
}

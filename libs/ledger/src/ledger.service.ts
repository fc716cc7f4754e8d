import { performance } from 'node:perf_hooks';
import type { BrandId, EntryId, EpochMs, SubjectId } from '#lib/kernel';
import { type Database, newId, randomBytesPooled, toIso, type Tx } from '#lib/platform';
import { disclosureDigest, encodeDisclosure, type JsonValue, readDisclosure } from '#lib/proof';
import { appendStore, type EntryRow, OPERATOR, SLOT_ENTRIES, type SlotRow } from './append.store.js';
import { exportStore } from './bundle/export.store.js';
import { encodeEntry, randomBytesFor, RandomSupply } from './domain/encode-entry.js';
import { CLEAR_FIELDS, type EntryType, type NewEntry } from './domain/entry-types.js';
import { chainProblems, type LogProblem } from './audit-chains.js';
import { databaseClock } from './database-clock.js';
import type { KeptHeads } from './bundle/heads.store.js';
import { takenBack } from './heads-continued.js';
import { destroyEvidence, forgetSubject } from './forget.js';
import { type AppendedEntry, readAll } from './read-all.js';
import { chainOf, LockedChain } from './locked-chain.js';
import { reconciliationStore } from './reconciliation.store.js';
import { type EntryFilter, type EntryPage, type FoundEntry, readStore } from './read.store.js';
import { type Hold, recognitionStore, type Resumption } from './recognition.store.js';
import {
  type LedgerKeys,
  NONCE_BYTES,
  openDisclosures,
  sealDisclosures,
  sealsOf,
  slotMac,
  subjectKey,
} from './sealing.js';

/**
 * How often one process may wake the sequencer at once. A notification makes every commit of the whole server
 * queue behind one lock (measured: a third of the throughput), and the sequencer looks by itself anyway.
 */
const WAKE_INTERVAL_MS = 100;

const PERSON_PAGE = 500;

/** An entry about a person as they themselves may read it. */
export interface PersonEntry {
  readonly id: EntryId;
  /** Null until the sequencer has given one. */
  readonly position: number | null;
  /** What stands in the leaf in clear: `t` its type, `at` when it was appended, and the fields of that type. */
  readonly clear: Readonly<Record<string, JsonValue>> & { readonly t: string; readonly at: string };
  readonly disclosed: Disclosures;
}

/** Values disclosed by an entry, by name. */
export type Disclosures = Readonly<Record<string, JsonValue>>;

/** The way into the ledger, and the way to look something up in it. Holds no state about what it wrote. */
export class LedgerService {
  private lastWake = -Infinity;

  constructor(private readonly keys: LedgerKeys) {}

  /**
   * Appends entries inside the caller's transaction: they exist when it commits, and never did when it rolls
   * back. Locks the chain of every subject, in the order of their ids, until then; lock whatever else you
   * lock before. The clock in the leaves is the database's, read after those locks.
   *
   * @returns The ids, in the order of `entries`.
   * @throws Error when a subject is unknown or was erased; RangeError or NotCanonical when an entry says what
   *   its type does not allow. All of these are faults of the caller, not of a request.
   */
  async append(tx: Tx, entries: readonly NewEntry[]): Promise<{ id: EntryId }[]> {
    if (entries.length === 0) return [];
    const ids = entries.map((entry) => entry.id ?? newId<EntryId>());
    const { now, chains, operator, numbers: drawn } = await this.lock(tx, entries);
    const random = new RandomSupply(
      randomBytesPooled(entries.reduce((sum, { type }) => sum + randomBytesFor(type) + NONCE_BYTES, 0)),
    );

    const at = toIso(now);
    const judged = new Map<EpochMs, string>();
    const slots = new Map<BrandId | null, Draft[]>();
    entries.forEach((entry, i) => {
      const id = ids[i] ?? newId<EntryId>();
      const chain = entry.subjectId == null ? null : chainOf(chains, entry);
      const judgedAt = judged.get(entry.at) ?? toIso(entry.at);
      judged.set(entry.at, judgedAt);
      const encoded = encodeEntry(entry, { id, at, now: judgedAt, link: chain?.next() ?? null }, random);
      chain?.extend(encoded.leafHash);
      const { leaf, leafHash, disclosures } = encoded;
      const key = chain?.key ?? operator;
      if (disclosures !== '' && key === null) throw new Error('an entry without a subject has no key');
      const sealed =
        disclosures === '' || key === null
          ? null
          : sealDisclosures(key, random.takeBytes(NONCE_BYTES), id, disclosures);
      const draft: Draft = { n: 0, id, leaf, leafHash, subjectId: chain?.subjectId ?? OPERATOR, sealed };
      const brandId = entry.brandId ?? null;
      const slot = slots.get(brandId);
      if (slot === undefined) slots.set(brandId, [draft]);
      else slot.push(draft);
    });

    const grown = [...chains.values()].map(({ subjectId, n, head }) => ({
      subjectId,
      chainN: n,
      chainHead: head ?? '',
    }));
    const rows = this.slotRows(slots);
    const numbers = drawn ?? (await appendStore.numbers(tx, rows.length));
    await appendStore.insert(tx, rows, numbers, grown, this.mayWake());
    return ids.map((id) => ({ id }));
  }

  /** Begins the log with `log.started`, unless it has an entry. For whoever sets a deployment up; safe to repeat. */
  async begin(tx: Tx, at: EpochMs): Promise<void> {
    if (!(await appendStore.lockIfEmpty(tx))) return;
    await this.append(tx, [{ type: 'log.started', at, clear: {}, disclosed: {} }]);
  }

  /** What forbids messages to leave by this database, asked in the transaction that would let them; null when nothing does. */
  async hold(tx: Tx): Promise<Hold | null> {
    return recognitionStore.hold(tx);
  }

  /**
   * Says that a log of a new name goes on where the signed one cannot, because the rest of it is lost.
   * @returns null when there is none to follow, or this name has been given before.
   */
  async resume(tx: Tx, origin: string, actor: { by: string; reason: string }, at: EpochMs): Promise<Resumption | null> {
    const resumption = await recognitionStore.resume(tx, origin);
    if (resumption === null) return null;
    const { follows, size } = resumption;
    const detail = { follows, reason: actor.reason };
    await this.append(tx, [
      { type: 'log.resumed', at, clear: { origin, size }, disclosed: { detail, actor: actor.by } },
    ]);
    return resumption;
  }

  /** Writes into the log what it is called and what verifies its signatures, before the first of them; safe to repeat. */
  async nameLog(tx: Tx, origin: string, vkey: string, at: EpochMs): Promise<void> {
    // A name that may not stand in clear stands in every checkpoint all the same.
    if (CLEAR_FIELDS.origin.test(origin) && (await appendStore.lockUnlessNamed(tx, origin))) {
      await this.append(tx, [{ type: 'log.started', at, clear: { origin, vkey }, disclosed: {} }]);
    }
  }

  /** Chains for that many new persons, with keys of their own. */
  async createSubjects(tx: Tx, count: number): Promise<SubjectId[]> {
    const ids = Array.from({ length: count }, () => newId<SubjectId>());
    if (count > 0) await appendStore.insertSubjects(tx, ids, randomBytesPooled(count * 32));
    return ids;
  }

  /** Entries after a position (-1: from the start), in the order of the log. */
  async entries(tx: Tx, afterIdx: number, limit: number, filter: EntryFilter = {}): Promise<EntryPage> {
    return readStore.page(tx, afterIdx, limit, filter);
  }

  /** How many entries have a position: those that are appended later get this one and those after it. */
  readonly size = (tx: Tx): Promise<number> => readStore.size(tx);

  /** An entry by its id, in whatever state; null when there is none. */
  async entry(tx: Tx, id: EntryId): Promise<FoundEntry | null> {
    return (await this.entriesById(tx, [id])).get(id) ?? null;
  }

  /** The first entry of a type; null when there is none. For what is asked once: reads the log from its start. */
  readonly firstOf = (tx: Tx, type: EntryType): Promise<EntryId | null> => readStore.firstOf(tx, type);

  /** Those of these entries that there are. */
  async entriesById(tx: Tx, ids: readonly EntryId[]): Promise<Map<EntryId, FoundEntry>> {
    if (ids.length === 0) return new Map();
    return new Map((await readStore.findAll(tx, ids)).map((entry) => [entry.id, entry]));
  }

  /** Positions of those entries that have one. */
  async positions(tx: Tx, ids: readonly EntryId[]): Promise<Map<EntryId, number>> {
    if (ids.length === 0) return new Map();
    return new Map((await readStore.positions(tx, ids)).map(({ id, idx }) => [id, idx]));
  }

  /** What these entries disclosed. Personal data: for the person, and for whoever may explain a decision. What was erased or destroyed is missing. */
  async disclosures(tx: Tx, ids: readonly EntryId[]): Promise<Map<EntryId, Disclosures>> {
    const opened = await this.committedDisclosures(tx, ids);
    return new Map([...opened].map(([id, { disclosed }]) => [id, disclosed]));
  }

  /**
   * The same with the digest by which the leaf commits to each disclosure, by its name: one of the leaf's `_sd`, and only
   * who can read the disclosure can tell which.
   */
  async committedDisclosures(
    tx: Tx,
    ids: readonly EntryId[],
  ): Promise<Map<EntryId, { disclosed: Disclosures; digests: Readonly<Record<string, string>> }>> {
    if (ids.length === 0) return new Map();
    const rows = await readStore.sealed(tx, ids);
    return new Map(
      rows.flatMap(({ id, subjectId, secret, sealed }) => {
        const text = openDisclosures(subjectKey(this.keys, subjectId, secret), id, sealed);
        const read = text.split('\n').map((each) => ({ ...readDisclosure(each), each }));
        if (isLinkAlone(read)) return [];
        const disclosed = Object.fromEntries(read.map(({ name, value }) => [name, value]));
        const digests = read.map(({ name, each }) => [name, disclosureDigest(encodeDisclosure(each))] as const);
        return [[id, { disclosed, digests: Object.fromEntries(digests) }] as const];
      }),
    );
  }

  /**
   * Every entry about a person with what it disclosed, oldest first, for the person themselves. Read a page at a time.
   * Nothing but that they were erased when they were; and none of evidence that was destroyed.
   */
  async *entriesOf(tx: Tx, subjectId: SubjectId): AsyncGenerator<PersonEntry> {
    let after = 0;
    for (;;) {
      const rows = await readStore.ofSubject(tx, subjectId, after, PERSON_PAGE);
      for (const { id, leaf, idx, secret, sealed } of rows) {
        const text = openDisclosures(subjectKey(this.keys, subjectId, secret), id, sealed);
        const read = text.split('\n').map(readDisclosure);
        const disclosed = Object.fromEntries(read.map(({ name, value }) => [name, value]));
        const clear = JSON.parse(leaf.toString('utf8')) as PersonEntry['clear'];
        const isDestroyed = clear.t.startsWith('consent.') && isLinkAlone(read);
        if (!isDestroyed) yield { id, position: idx, clear, disclosed };
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PERSON_PAGE) return;
      after = last.n;
    }
  }

  /** The same as their lines were hashed, with their salts: whoever is given them can prove what was committed to. */
  async disclosureLines(tx: Tx, id: EntryId): Promise<string[]> {
    const [row] = await readStore.sealed(tx, [id]);
    return row === undefined
      ? []
      : openDisclosures(subjectKey(this.keys, row.subjectId, row.secret), id, row.sealed).split('\n');
  }

  /**
   * `forgetSubject` of a person whose newest entry says that they were erased; bundles that may show them go too. Entries and
   * proofs stay. The chain goes on under a new secret, because what was on its way still ends.
   */
  async forgetSubject(tx: Tx, id: SubjectId): Promise<number> {
    await exportStore.forget(tx, { subject: id });
    return forgetSubject(tx, this.keys, id);
  }

  /**
   * `destroyEvidence` of these entries, whose time is over, and the entry in each chain that says so and of which: nothing is
   * destroyed otherwise. Answers of how many.
   */
  async forgetEntries(tx: Tx, brandId: BrandId, ids: readonly EntryId[], at: EpochMs): Promise<number> {
    if (ids.length === 0) return 0;
    await exportStore.forget(tx, { entries: ids });
    const destroyed = await destroyEvidence(tx, this.keys, ids);
    await this.append(
      tx,
      Array.from(destroyed, ([subjectId, numbers]) => ({
        ...{ type: 'erasure.executed' as const, subjectId, brandId, at },
        clear: { basis: 'retention_over', cnt: numbers.length },
        disclosed: { request: { destroyed: numbers } },
      })),
    );
    return Array.from(destroyed.values()).reduce((sum, numbers) => sum + numbers.length, 0);
  }

  /** Every entry of these kinds (`consent` for `consent.granted` and so on), page by page, with what it still discloses. */
  readonly allEntries = (tx: Tx, kinds: readonly string[]): AsyncGenerator<AppendedEntry[]> =>
    readAll(tx, this.keys, kinds);

  /** As `takenBack` has it. */
  readonly takenBack = (tx: Tx, before: KeptHeads, after: Buffer) => takenBack(tx, this.keys, before, after);

  /** What is wrong with what entries disclosed, and with persons' chains; of each kind the first. Empty: nothing. */
  readonly chainProblems = (tx: Tx): Promise<LogProblem[]> => chainProblems(tx, this.keys);

  /**
   * Notes what came of comparing the tables with the log. A difference becomes an `integrity.alert`, unless it was the
   * same the last time.
   * @param tables how many rows differ, by table
   */
  async recordReconciliation(
    database: Database,
    entries: number,
    tables: Readonly<Record<string, number>>,
  ): Promise<void> {
    await database.transaction(async (tx) => {
      const at = await databaseClock(tx);
      const before = await reconciliationStore.last(tx);
      await reconciliationStore.add(tx, { at, entries, tables });
      const cnt = Object.values(tables).reduce((sum, count) => sum + count, 0);
      if (cnt === 0 || JSON.stringify(before?.tables) === JSON.stringify(tables)) return;
      await this.append(tx, [
        { type: 'integrity.alert', at, clear: { alert: 'reconcile', cnt }, disclosed: { detail: { tables } } },
      ]);
    });
  }

  /** How many entries wait for a position, and for how long the oldest has. */
  async backlog(tx: Tx): Promise<{ pending: number; oldestAgeMs: number | null }> {
    return readStore.backlog(tx);
  }

  private async lock(tx: Tx, entries: readonly NewEntry[]): Promise<Locked> {
    const subjectIds = new Set<SubjectId>();
    let operatorDiscloses = false;
    for (const { subjectId, disclosed } of entries) {
      if (subjectId != null) subjectIds.add(subjectId);
      else operatorDiscloses ||= Object.keys(disclosed).length > 0;
    }
    const { now, chains, numbers } = await this.lockChains(tx, [...subjectIds], slotsOf(entries));
    if (!operatorDiscloses) return { now: now ?? (await appendStore.clock(tx)), chains, numbers, operator: null };
    const operator = await appendStore.operator(tx);
    return { now: operator.now, chains, numbers, operator: subjectKey(this.keys, OPERATOR, operator.secret) };
  }

  private async lockChains(
    tx: Tx,
    ids: readonly SubjectId[],
    slots: number,
  ): Promise<Pick<Locked, 'chains' | 'numbers'> & { now: EpochMs | null }> {
    const chains = new Map<SubjectId, LockedChain>();
    const [first] = ids;
    if (first === undefined) return { now: null, chains, numbers: null };
    const unknown = (id: SubjectId): Error => new Error(`subject ${id} is unknown or was erased`);
    if (ids.length === 1 && slots === 1) {
      const locked = await appendStore.lockSubject(tx, first);
      if (locked === null) throw unknown(first);
      chains.set(first, new LockedChain(first, locked.subject, subjectKey(this.keys, first, locked.subject.secret)));
      return { now: locked.now, chains, numbers: [locked.number] };
    }
    const { now, subjects, numbers } = await appendStore.lockSubjects(tx, ids, slots);
    for (const id of ids) {
      const subject = subjects.get(id);
      if (subject === undefined) throw unknown(id);
      chains.set(id, new LockedChain(id, subject, subjectKey(this.keys, id, subject.secret)));
    }
    return { now, chains, numbers };
  }

  private slotRows(slots: ReadonlyMap<BrandId | null, readonly Draft[]>): SlotRow[] {
    const rows: SlotRow[] = [];
    for (const [brandId, drafts] of slots) {
      for (let at = 0; at < drafts.length; at += SLOT_ENTRIES) {
        const entries = drafts.slice(at, at + SLOT_ENTRIES);
        const seals = sealsOf(entries);
        rows.push({ brandId, seals, mac: slotMac(this.keys, brandId, seals), entries });
      }
    }
    return rows;
  }

  private mayWake(): boolean {
    const now = performance.now();
    if (now - this.lastWake < WAKE_INTERVAL_MS) return false;
    this.lastWake = now;
    return true;
  }
}

/** Whether nothing is left but whose entry it is, and which of theirs. */
const isLinkAlone = (read: readonly { readonly name: string }[]): boolean =>
  read.length === 1 && read[0]?.name === 'subj';

interface Draft extends EntryRow {
  readonly leafHash: string;
}

interface Locked {
  readonly now: EpochMs;
  readonly chains: ReadonlyMap<SubjectId, LockedChain>;
  /** Keys of the slots, if there was a chain to lock. */
  readonly numbers: readonly number[] | null;
  /** Key of entries without a subject; null when there are none. */
  readonly operator: Buffer | null;
}

/** How many slots these entries take: each is of one brand. */
function slotsOf(entries: readonly NewEntry[]): number {
  const counts = new Map<BrandId | null, number>();
  for (const { brandId = null } of entries) counts.set(brandId, (counts.get(brandId) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.ceil(count / SLOT_ENTRIES), 0);
}

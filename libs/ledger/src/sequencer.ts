import { timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { EntryId } from '#lib/kernel';
import { crashPoint, Database, durabilityProblems, newId, randomBytesPooled, toIso, type Tx } from '#lib/platform';
import { CompactRange, HASH_BYTES } from '#lib/proof';
import { encodeEntry, randomBytesFor, RandomSupply } from './domain/encode-entry.js';
import type { NewEntry } from './domain/entry-types.js';
import { checkGuards } from './guards.js';
import { type LedgerKeys, sealsOf, slotMac } from './sealing.js';
import {
  type Batch,
  type Head,
  type Quarantined,
  type Run,
  sealOf,
  sequenceStore,
  type WaitingSlot,
} from './sequence.store.js';

export interface SequencerOptions {
  /** postgresql:// URL of gateway_sequencer. */
  readonly url: string;
  readonly keys: LedgerKeys;
  /** Entries per round, unless one slot alone has more. */
  readonly batch?: number;
  /** How long to wait when there was nothing to do and no notification comes. */
  readonly tickMs?: number;
  /** Hears of every round that failed; the next one follows after a pause. */
  readonly onError?: (error: unknown) => void;
}

/** The ledger's tables contradict each other. Nothing gets a position until a person has looked. */
export class LedgerDamaged extends Error {
  override readonly name = 'LedgerDamaged';
}

/** Another sequencer moved the head meanwhile; this round never happened. */
class LostRace extends Error {
  override readonly name = 'LostRace';
}

const BATCH = 4096;
const TICK_MS = 200;
/** Pause after a round that found something: many small rounds cost more than a few large ones. */
const BUSY_TICK_MS = 100;
/** Between the rounds of those who do not lead. */
const STANDBY_MS = 1_000;
/** Of `pg_try_advisory_lock`: who leads. */
const LOCK = "hashtext('consent-gateway:sequencer')";
const AFTER_ERROR_MS = 1000;

/**
 * Gives committed entries their positions: 0, 1, 2 and so on without a gap, each for ever.
 *
 * Several may run; one wins each round, by the lock on the head row and at last by comparing and setting it. One of them
 * leads and goes by notifications and by the clock; the others, which would only halve its rounds and double their
 * number, look now and then, so that one that hangs holds nothing up.
 * A round is one transaction, so whoever dies in the middle of one leaves nothing behind. It signs nothing.
 */
export class Sequencer {
  private readonly database: Database;
  private readonly batch: number;
  private readonly tickMs: number;
  private running: Promise<void> | undefined;
  private stopping = new AbortController();
  private closed = false;
  private wake: () => void = () => undefined;
  /** Whether a notification came since the last round began, which that round may have been too early for. */
  private notified = false;

  constructor(private readonly options: SequencerOptions) {
    this.database = new Database({ url: options.url, max: 1, name: 'consent-gateway sequencer' });
    this.batch = options.batch ?? BATCH;
    this.tickMs = options.tickMs ?? TICK_MS;
  }

  /**
   * One round: takes the lowest slots, checks that their entries are what was appended, and places them.
   * What is not goes into quarantine, with an `integrity.alert` in the log, and holds up nobody else.
   *
   * @returns How many entries got a position; 0 also when another sequencer is at it.
   * @throws LedgerDamaged when head, tree and placements contradict each other.
   */
  async runOnce(): Promise<number> {
    try {
      const placed = await this.database.transaction((tx) => this.round(tx));
      if (placed > 0) crashPoint('sequence.after_commit');
      return placed;
    } catch (error) {
      if (error instanceof LostRace) return 0;
      throw error;
    }
  }

  /**
   * What makes its own connection unfit to give positions, such as being a superuser's; empty when all is well.
   * @param options.durable whether a crash of the server must not lose what was committed; tests may do without
   */
  async problems({ durable }: { readonly durable: boolean }): Promise<string[]> {
    const { tx } = this.database;
    const guards = (await checkGuards(tx)).map(({ object, problem }) => `${object}: ${problem}`);
    return [...(durable ? await durabilityProblems(tx) : []), ...guards];
  }

  /** Runs rounds until `stop`: at once after a notification or a full batch, otherwise by the clock. */
  start(): void {
    if (this.running !== undefined) return;
    this.stopping = new AbortController();
    this.running = this.loop(this.stopping.signal);
  }

  /** Ends after the round that is running, and closes the connections; for good. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    this.running = undefined;
    if (this.closed) return;
    this.closed = true;
    await this.database.close();
  }

  private async round(tx: Tx): Promise<number> {
    const head = await sequenceStore.lockHead(tx);
    if (head === null) return 0;
    const tree = CompactRange.parse(head.size, head.range);
    const batch = await sequenceStore.waiting(tx, this.batch);
    if (!tree.root().equals(head.root)) throw new LedgerDamaged('the head row’s root is not that of its own tree');
    if (batch.end !== head.size) {
      throw new LedgerDamaged(`the tree has ${head.size} leaves, but positions are given up to ${batch.end}`);
    }
    if (batch.slots.length === 0) return 0;

    const runs: Run[] = [];
    const aside: Quarantined[] = [];
    for (const slot of batch.slots) {
      const bad = await this.examine(tx, slot);
      aside.push(...bad);
      runs.push(...place(slot, new Set(bad.map(({ n }) => n)), tree));
    }
    const grown: Head = { size: tree.size, root: tree.root(), range: tree.toBytes() };
    if (!(await sequenceStore.place(tx, batch.slots, runs, aside, head, grown))) throw new LostRace();
    if (aside.length > 0) await this.alert(tx, aside.length, batch);
    crashPoint('sequence.before_commit');
    return grown.size - head.size;
  }

  /** The entries of a slot that must not get a position. */
  private async examine(tx: Tx, slot: WaitingSlot): Promise<Quarantined[]> {
    const all = (reason: 'bad_mac' | 'already_placed'): Quarantined[] =>
      Array.from({ length: slot.count }, (_, i) => ({ n: slot.n + i, reason, seal: sealOf(slot.seals, i) }));
    if (!timingSafeEqual(slotMac(this.options.keys, slot.brandId, slot.seals), slot.mac)) return all('bad_mac');
    if (slot.placed) return all('already_placed');
    return slot.sound === slot.count ? [] : sequenceStore.faults(tx, slot);
  }

  /** The next round places it: by then it is committed like any other entry. */
  private async alert(tx: Tx, count: number, { now }: Batch): Promise<void> {
    const id = newId<EntryId>();
    const entry: NewEntry = {
      type: 'integrity.alert',
      at: now,
      clear: { alert: 'quarantined', cnt: count },
      disclosed: {},
    };
    const random = new RandomSupply(randomBytesPooled(randomBytesFor(entry.type)));
    const { leaf, leafHash } = encodeEntry(entry, { id, at: toIso(now), now: toIso(now), link: null }, random);
    const seals = sealsOf([{ id, leafHash }]);
    await sequenceStore.append(tx, id, Buffer.from(leaf), seals, slotMac(this.options.keys, null, seals));
  }

  private async loop(stopping: AbortSignal): Promise<void> {
    let listener: pg.Client | undefined;
    let leads = false;
    while (!stopping.aborted) {
      try {
        if (listener === undefined) {
          listener = await this.connect(() => (listener = undefined));
          leads = await isElected(listener);
          await listener.query('LISTEN ledger_pending');
        } else if (!leads) leads = await isElected(listener);
        this.notified = false;
        const placed = await this.runOnce();
        if (!leads) await this.pause(STANDBY_MS, false);
        else if (placed < this.batch) await this.pause(placed > 0 ? BUSY_TICK_MS : this.tickMs, placed === 0);
      } catch (error) {
        this.options.onError?.(error);
        await sleep(AFTER_ERROR_MS, undefined, { signal: stopping }).catch(() => undefined);
      }
    }
    await listener?.end().catch(() => undefined);
  }

  /** Waits; a notification ends the wait when `wakeable`. */
  private async pause(ms: number, wakeable: boolean): Promise<void> {
    if (this.stopping.signal.aborted || (wakeable && this.notified)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        if (!wakeable && !this.stopping.signal.aborted) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => undefined;
  }

  private async connect(onLost: () => void): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.options.url, application_name: 'consent-gateway sequencer' });
    client.on('notification', () => {
      this.notified = true;
      this.wake();
    });
    client.on('error', onLost);
    client.on('end', onLost);
    await client.connect();
    return client;
  }
}

/** By a lock of the session, which is free again when the connection ends. */
async function isElected(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ won: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS won`);
  return rows[0]?.won === true;
}

/** Appends a slot's good entries to the tree; the runs between the bad ones get consecutive positions. */
function place(slot: WaitingSlot, bad: ReadonlySet<number>, tree: CompactRange): Run[] {
  const runs: { firstIdx: number; n: number; count: number; brandId: Run['brandId'] }[] = [];
  let open: (typeof runs)[number] | undefined;
  for (let i = 0; i < slot.count; i++) {
    if (bad.has(slot.n + i)) {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { firstIdx: tree.size, n: slot.n + i, count: 0, brandId: slot.brandId };
      runs.push(open);
    }
    tree.append(sealOf(slot.seals, i).subarray(-HASH_BYTES));
    open.count += 1;
  }
  return runs;
}

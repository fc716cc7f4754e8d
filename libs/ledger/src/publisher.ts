import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { EpochMs } from '#lib/kernel';
import { crashPoint, Database, systemClock } from '#lib/platform';
import { type Checkpoint, HASH_BYTES, Malformed, TOLERANCE, verifyConsistency } from '#lib/proof';
import { AskedWitnesses } from './asked-witnesses.js';
import { Unavailable } from './audit.js';
import { ClockWatch } from './clock-watch.js';
import { databaseClock } from './database-clock.js';
import { type FullTile, GrowingTiles } from './domain/growing-tiles.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { recognitionStore } from './recognition.store.js';
import { resumeTiles } from './resume-tiles.js';
import { LedgerDamaged } from './sequencer.js';
import { Signer, SignerRefuses } from './signer.js';
import { type KeptCheckpoint, tileStore } from './tile.store.js';
import { proveConsistency } from './tile-proofs.js';
import type { ProofFrom } from './witness-client.js';

export interface PublisherOptions {
  /** postgresql:// URL of gateway_sequencer. */
  readonly url: string;
  /** Folder with `log.key` and perhaps `policy.txt` (tlog-policy), whose witnesses with a URL are asked; the signer's memory is kept there. */
  readonly folder: string;
  /** How often to look for new entries. */
  readonly tickMs?: number;
  /** How often to look after witnesses while nothing is added. */
  readonly lookAroundMs?: number;
  /** How old a cosignature gets before a witness is asked again, though nothing was added. */
  readonly heartbeatMs?: number;
  /** How long an entry may wait for its position before witnesses are shown no more of the log without it. */
  readonly longestWaitMs?: number;
  /** The clock of this machine; its own when left out. */
  readonly now?: () => EpochMs;
  /** What must be done to a database before messages may leave by it; while it fails, none do. Repeated after every restart. */
  readonly beforeRecognising?: () => Promise<void>;
  /** How long a witness that does not answer is waited for before anything is signed after a start. */
  readonly witnessGraceMs?: number;
  /** How long the answer of a witness may take. */
  readonly witnessTimeoutMs?: number;
  /** Hears of what keeps it from signing when that begins, and null when it is over. */
  readonly onProblem?: (problem: string | null) => void;
  /** Hears of a witness that has not cosigned for a while, and null when it does again. */
  readonly onWitness?: (name: string, trouble: string | null) => void;
  /** Hears of rounds that failed for other reasons, such as a database that is away. */
  readonly onError?: (error: unknown) => void;
}

const TICK_MS = 200;
/** Pause after a checkpoint: each costs the same whether it covers ten entries or a thousand. */
const BUSY_TICK_MS = 500;
const HEARTBEAT_MS = 600_000;
const LOOK_AROUND_MS = 1_000;
/** Half of what an entry may be late by: it would look back-dated if witnesses saw the log without it an hour after. */
const LONGEST_WAIT_MS = TOLERANCE.lateMs / 2;
const AFTER_ERROR_MS = 1_000;
const WITNESS_GRACE_MS = 30_000;
/** How often one that stands by looks whether it is needed. */
const STANDBY_MS = 2_000;
/** Leaf hashes that travel at once. */
const CHUNK = 4_096;
/** Of the one that publishes, among all processes that could. */
const LOCK = "hashtext('consent-gateway:publisher')";

/**
 * Shows the log to the outside: cuts what is committed into tiles, has its checkpoint signed, asks the witnesses, and
 * puts all that where it is served. Of several one publishes, and the others stand by. Nothing is ever undone: tiles
 * can be made again, and a checkpoint that was signed and not kept says what the next one says as well. A database in
 * which everything is found that was ever signed is recognised, which lets messages leave by it.
 */
export class Publisher {
  private readonly database: Database;
  private signer: Signer;
  private kept: KeptCheckpoints;
  private readonly witnesses: AskedWitnesses;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private lock: pg.Client | undefined;
  /** The tree as far as it is in tiles; read anew after every failure. */
  private tiles: GrowingTiles | undefined;
  private readonly clocks: ClockWatch;
  private crossChecked = false;
  private lookAroundAt = 0;
  /** Undefined before anything was told. */
  private problem: string | null | undefined;

  /** @throws Error when the folder holds no key, a key that others can read, or a damaged memory or policy. */
  constructor(private readonly options: PublisherOptions) {
    this.clocks = new ClockWatch(options.now);
    this.signer = Signer.open(options.folder);
    this.kept = KeptCheckpoints.open(options.folder, this.signer.origin);
    this.witnesses = new AskedWitnesses({
      folder: options.folder,
      graceMs: options.witnessGraceMs ?? WITNESS_GRACE_MS,
      timeoutMs: options.witnessTimeoutMs,
      onWitness: options.onWitness,
      signer: () => this.signer,
      assertBeginning: (from, to, who) => this.assertBeginning(from, to, who),
    });
    this.database = new Database({ url: options.url, max: 1, name: 'consent-gateway publisher' });
  }

  /** What keeps it from signing; null when nothing does. */
  get problemNow(): string | null {
    return this.problem ?? null;
  }

  /**
   * One round.
   * @returns Whether anything was published: false also while another process publishes.
   * @throws SignerRefuses when what the database holds contradicts what was signed; LedgerDamaged when it contradicts
   *   itself. Nothing was signed then.
   */
  async runOnce(): Promise<boolean> {
    if (!(await this.isElected())) return false;
    try {
      const { tx } = this.database;
      if (await this.isQuiet()) return false;
      if (!this.crossChecked) this.clocks.remember(await tileStore.latestTime(tx));
      await this.clocks.look(() => databaseClock(tx));
      const newest = await tileStore.newest(tx);
      const isBehind = await this.isBehind();
      const checkpoint = await this.integrate();
      if (!this.crossChecked) {
        // Whoever published meanwhile, on a shared folder, has left what it signed there; so has an operator who mended it.
        this.signer = Signer.open(this.options.folder);
        this.kept = KeptCheckpoints.open(this.options.folder, this.signer.origin);
        const incarnation = await recognitionStore.incarnation(tx);
        await this.crossCheck(newest, checkpoint);
        await this.options.beforeRecognising?.();
        await recognitionStore.recognise(tx, incarnation);
        await this.kept.follow(tx);
        this.crossChecked = true;
      }
      await this.witnesses.compareLate(checkpoint);
      if (isBehind) return false;
      if (newest?.origin === this.signer.origin && newest.size === checkpoint.size) return await this.refresh(newest);
      return checkpoint.size > 0 && (await this.publish(newest, checkpoint));
    } catch (error) {
      this.tiles = undefined;
      this.crossChecked = false;
      throw error instanceof Malformed ? new LedgerDamaged(error.message) : error;
    }
  }

  start(): void {
    this.running ??= this.loop();
  }

  /** Ends after the round that is running, and closes the connections; for good. */
  async stop(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    await this.running;
    await this.lock?.end().catch(() => undefined);
    await this.database.close();
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const pause = await this.guardedRound();
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  private async guardedRound(): Promise<number> {
    try {
      const isBusy = await this.runOnce();
      if (this.lock === undefined) return STANDBY_MS;
      await this.tell(null);
      return this.options.tickMs ?? (isBusy ? BUSY_TICK_MS : TICK_MS);
    } catch (error) {
      if (error instanceof SignerRefuses || error instanceof LedgerDamaged) await this.tell(error.message);
      else if (error instanceof Unavailable) this.witnesses.tellOfSilent();
      else this.options.onError?.(error);
      return AFTER_ERROR_MS;
    }
  }

  private async tell(problem: string | null): Promise<void> {
    const isNews = this.problem !== problem;
    this.problem = problem;
    if (isNews) this.options.onProblem?.(problem);
    // The database may be another one than that which was told before.
    else if (problem === null) return;
    await tileStore.setProblem(this.database.tx, problem).catch((error: unknown) => this.options.onError?.(error));
  }

  /** Whether nothing was added since the last round, and witnesses were looked after just now: one statement tells. */
  private async isQuiet(): Promise<boolean> {
    const now = systemClock.monotonic();
    if (this.crossChecked && now < this.lookAroundAt) {
      if ((await tileStore.head(this.database.tx)).size === this.tiles?.size) return true;
    }
    this.lookAroundAt = now + (this.options.lookAroundMs ?? LOOK_AROUND_MS);
    if (!(await recognitionStore.isRecognised(this.database.tx))) {
      this.tiles = undefined;
      this.crossChecked = false;
    }
    return false;
  }

  /**
   * Whether an entry has waited for long: a witness that saw the log without it now would make it look back-dated for
   * ever. Asked before the head is read, so that whatever came later is young.
   */
  private async isBehind(): Promise<boolean> {
    const ms = await tileStore.longestWait(this.database.tx);
    return ms !== null && ms > (this.options.longestWaitMs ?? LONGEST_WAIT_MS);
  }

  /** A lock of the session, on a connection that does nothing else: it is free again when this process dies. */
  private async isElected(): Promise<boolean> {
    if (this.lock === undefined) {
      const client = new pg.Client({
        connectionString: this.options.url,
        application_name: 'consent-gateway publisher lock',
      });
      const lost = (): void => {
        if (this.lock === client) this.lock = undefined;
      };
      client.on('error', lost);
      client.on('end', lost);
      await client.connect();
      const { rows } = await client.query<{ won: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS won`);
      if (rows[0]?.won !== true) {
        await client.end();
        return false;
      }
      this.lock = client;
      // Whoever published meanwhile has added tiles.
      this.tiles = undefined;
      this.crossChecked = false;
    }
    return true;
  }

  /** Cuts what was added into tiles. Their root must be the head's, or nothing of it is kept: the entries are hashed as they are now. */
  private async integrate(): Promise<Checkpoint> {
    const { tiles, root } = await this.database.transaction(async (tx) => {
      const head = await tileStore.head(tx);
      const grown = this.tiles?.copy() ?? (await resumeTiles(tx, head.size));
      if (grown.size > head.size) {
        throw new LedgerDamaged(`there are tiles of ${grown.size} entries, and the head has ${head.size}`);
      }
      const isNew = grown.size < head.size || this.tiles === undefined;
      while (grown.size < head.size) {
        const end = Math.min(grown.size + CHUNK, head.size);
        const hashes = await tileStore.leafHashes(tx, grown.size, end);
        if (hashes.length !== (end - grown.size) * HASH_BYTES) {
          throw new LedgerDamaged(`of the entries ${grown.size} to ${end - 1} some are missing`);
        }
        const filled: FullTile[] = [];
        for (let at = 0; at < hashes.length; at += HASH_BYTES) {
          filled.push(...grown.append(hashes.subarray(at, at + HASH_BYTES)));
        }
        if (filled.length > 0) await tileStore.addTiles(tx, filled);
      }
      crashPoint('publish.before_tiles');
      if (isNew && !grown.root().equals(head.root)) {
        throw new LedgerDamaged(`the ${head.size} entries have another root than the head`);
      }
      return { tiles: grown, root: head.root };
    });
    crashPoint('publish.after_tiles');
    this.tiles = tiles;
    return { origin: this.signer.origin, size: tiles.size, root, extensions: [] };
  }

  /** Once after every start and every failure: what was signed before, by us and in the eyes of the witnesses, must be a beginning of this. */
  private async crossCheck(newest: KeptCheckpoint | null, now: Checkpoint): Promise<void> {
    const last = this.signer.last();
    if (last === null && (await tileStore.checkpointsOf(this.database.tx, this.signer.origin)) > 0) {
      throw new SignerRefuses(`checkpoints were signed, and ${this.signer.memory} with the last of them is gone`);
    }
    if (last !== null) await this.assertBeginning(last, now, 'the signer has signed');
    if (newest?.origin === now.origin) await this.assertBeginning(newest, now, 'the database has a checkpoint of');
    else if (last === null && newest !== null && !(await recognitionStore.isResumed(this.database.tx, now.origin))) {
      throw new SignerRefuses(`the log ${newest.origin} was signed, and nobody has said that ${now.origin} follows it`);
    }
    await this.witnesses.compareWithAll(now);
  }

  private async assertBeginning(
    from: { readonly size: number; readonly root: Buffer },
    to: Checkpoint,
    who: string,
  ): Promise<void> {
    if (from.size > to.size) {
      throw new SignerRefuses(`${who} ${from.size} entries, and the database holds ${to.size}: it is an older one`);
    }
    const check = verifyConsistency({ from, to }, await proveConsistency(this.database.tx, from.size, to.size));
    if (!check.holds) throw new SignerRefuses(`${who} another log of ${from.size} entries: ${check.problem}`);
  }

  private async publish(newest: KeptCheckpoint | null, checkpoint: Checkpoint): Promise<boolean> {
    const last = this.signer.last();
    const proof = last === null ? [] : await proveConsistency(this.database.tx, last.size, checkpoint.size);
    crashPoint('publish.before_memory');
    const note = this.signer.sign(checkpoint, proof);
    crashPoint('publish.after_memory');
    const cosignatures = await this.witnesses.cosign(this.witnesses.due, note, checkpoint, this.proofTo(checkpoint));
    crashPoint('publish.before_commit');
    const { origin, size, root } = checkpoint;
    const isKept = await this.database.transaction(async (tx) => {
      await tileStore.assertNewest(tx, newest?.id ?? null);
      const id = await tileStore.keep(tx, { origin, size, root, note });
      if (id !== null && cosignatures.length > 0) await tileStore.addCosignatures(tx, id, cosignatures);
      return id !== null;
    });
    crashPoint('publish.after_commit');
    await this.kept.follow(this.database.tx);
    return isKept;
  }

  /** Nothing was added: asks witnesses that were away, and all of them now and then, so that time goes on without entries. */
  private async refresh(newest: KeptCheckpoint): Promise<boolean> {
    const { tx } = this.database;
    if (this.witnesses.due.length === 0) return false;
    const kept = new Map((await tileStore.cosignatures(tx, newest.id)).map(({ witness, at }) => [witness, at]));
    const stale = systemClock.now() - (this.options.heartbeatMs ?? HEARTBEAT_MS);
    const wanting = this.witnesses.seenBefore(stale, kept);
    if (wanting.length === 0) return false;
    const checkpoint = { ...newest, extensions: [] };
    const cosignatures = await this.witnesses.cosign(wanting, newest.note, checkpoint, this.proofTo(checkpoint));
    if (cosignatures.length === 0) return false;
    await this.database.transaction(async (inner) => {
      await tileStore.assertNewest(inner, newest.id);
      await tileStore.addCosignatures(inner, newest.id, cosignatures);
    });
    await this.kept.follow(tx);
    return true;
  }

  private proofTo({ size }: Checkpoint): ProofFrom {
    return (from) => proveConsistency(this.database.tx, from, size);
  }
}

import { createHash, createHmac } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type BrandId, DomainError, type EntryId, type SubjectId } from '#lib/kernel';
import { crashPoint, type Database, newId, seal, systemClock, type Tx, unseal } from '#lib/platform';
import { databaseClock } from '../database-clock.js';
import type { LedgerService } from '../ledger.service.js';
import type { LedgerKeys } from '../sealing.js';
import { readStore } from '../read.store.js';
import { tileStore } from '../tile.store.js';
import { buildVolume, type BuiltVolume, NotBuildable, VOLUME_RECORDS } from './bundle-builder.js';
import {
  BEGUN_ANEW,
  type ExportRow,
  type ExportScope,
  exportStore,
  type ExportState,
  type ExportVolume,
  type FixedInputs,
  PART_BYTES,
} from './export.store.js';
import { isWitnessed } from './witnessed.js';
import { headsStore } from './heads.store.js';
import { SubjectHeads } from './subject-heads.service.js';

/** Where an export stands. */
export interface AuditExport {
  readonly id: string;
  readonly state: ExportState;
  readonly requestedAt: number;
  /** Entries of the log that it covers; null until it is fixed. */
  readonly size: number | null;
  readonly records: number | null;
  readonly bytes: number | null;
  /** Of the whole file, hexadecimal; null when there are several. */
  readonly sha256: string | null;
  /** The files that it consists of, numbered from 1. */
  readonly volumes: readonly ExportVolume[];
  readonly failure: string | null;
  /** When the file is taken away; null while there is none. */
  readonly expiresAt: number | null;
  /** Entries that record the request. */
  readonly entryIds: readonly EntryId[];
}

/** A bundle is kept that long. Whoever needs it later asks for another. */
export const KEEP_MS = 7 * 86_400_000;
const LEASE_MS = 60_000;
/** How long to wait before looking again whether the log covers what it must. */
const WAIT_MS = 500;
/** For so long a witness of the quorum may be away; then whoever ordered is told. */
const WITNESS_WAIT_MS = 15 * 60_000;
const MOST_ATTEMPTS = 10;
const MOST_OPEN = 10;

/** Takes orders for bundles of evidence, makes them, and hands them out. */
export class AuditExportService {
  private readonly heads: SubjectHeads;

  constructor(
    private readonly database: Database,
    private readonly ledger: LedgerService,
    private readonly keys: LedgerKeys,
    /** Into one file go so many; what has more becomes several. */
    private readonly volumeRecords = VOLUME_RECORDS,
  ) {
    this.heads = new SubjectHeads(database, ledger);
  }

  /**
   * Orders a bundle, and records that, by whom and about what: in each chain of the person, or for the brand.
   * @param chains of whoever is one person now; that is asked again once their chains are locked, because a merge may have
   *   come first
   * @throws DomainError conflict while too many wait
   */
  async request(
    brandId: BrandId,
    scope: ExportScope,
    since: number | null,
    actor: string,
    chains: (tx: Tx) => Promise<readonly SubjectId[] | null> = () => Promise.resolve(scope.subjects),
  ): Promise<AuditExport> {
    const order = async (tx: Tx): Promise<AuditExport> => {
      if ((await exportStore.open(tx, brandId)) >= MOST_OPEN) {
        throw new DomainError('conflict', 'Other exports are being made. Order this one when one of them is ready.');
      }
      const id = newId<string>();
      const at = await databaseClock(tx);
      const { campaign, from, to } = scope;
      const subjects = await chains(tx);
      const entries = await this.ledger.append(
        tx,
        (subjects ?? [null]).map((subjectId) => ({
          type: 'export.created' as const,
          ...{ brandId, subjectId, at, clear: {} },
          disclosed: { export: { id, kind: 'audit', campaign, from, to }, actor },
        })),
      );
      // Who is merged from now on is so behind these entries, where the builder sees it.
      if (!isDeepStrictEqual(await chains(tx), subjects)) throw new Merged();
      const entryIds = entries.map((entry) => entry.id);
      await exportStore.insert(tx, { id, brandId, ...scope, subjects, since, entryIds, requestedAt: at, by: actor });
      return this.found(tx, brandId, id);
    };
    for (;;) {
      try {
        return await this.database.transaction(order);
      } catch (error) {
        if (!(error instanceof Merged)) throw error;
      }
    }
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, id: string): Promise<AuditExport> {
    return this.found(this.database.tx, brandId, id);
  }

  /**
   * The bundle, or a volume of it, piece by piece.
   * @throws DomainError not_found, conflict when it is not there yet, or not any more, or has several files and none is named
   */
  async download(
    brandId: BrandId,
    id: string,
    number: number | null = null,
  ): Promise<{ bytes: number; parts: AsyncIterable<Buffer> }> {
    const { state, failure, volumes } = await this.found(this.database.tx, brandId, id);
    if (state === 'expired') throw new DomainError('conflict', 'The bundle was taken away. Order it again.');
    if (state === 'failed') throw new DomainError('conflict', `The bundle could not be made: ${failure}.`);
    if (state !== 'ready') throw new DomainError('conflict', 'The bundle is not ready. Look at its state.');
    if (number === null && volumes.length > 1)
      throw new DomainError(
        'conflict',
        `The bundle has ${volumes.length} volumes. Ask for each with ?volume=1 and so on.`,
      );
    const volume = volumes[(number ?? 1) - 1];
    if (volume === undefined)
      throw new DomainError('not_found', `The bundle has no volume ${number}: it has ${volumes.length}.`);
    return { bytes: volume.bytes, parts: this.parts(id, volume) };
  }

  /**
   * Makes the bundle that has waited longest. Answers whether there was one. Whoever dies here leaves a lease that ends,
   * and the next one makes the same bytes.
   * @param policy whom this deployment says to trust
   */
  async buildNext(policy: () => string): Promise<boolean> {
    const claimed = await exportStore.claim(this.database.tx, LEASE_MS);
    if (claimed === null) return false;
    if (claimed.attempt % BEGUN_ANEW > MOST_ATTEMPTS && claimed.fixed !== null) {
      await exportStore.fail(this.database.tx, claimed, 'given_up');
      return true;
    }
    const keeping = setInterval(() => {
      void exportStore.renew(this.database.tx, claimed, LEASE_MS).catch(() => undefined);
    }, LEASE_MS / 3);
    try {
      const fixed = claimed.fixed ?? (await this.fix(claimed, policy()));
      if (fixed === null) return false;
      crashPoint('export.after_fix');
      await this.build(claimed, fixed);
      return true;
    } catch (error) {
      if (!(error instanceof NotBuildable)) throw error;
      await exportStore.fail(this.database.tx, claimed, error.reason);
      return true;
    } finally {
      clearInterval(keeping);
    }
  }

  /** Takes away what has been kept long enough. Answers how many bundles. */
  async expire(): Promise<number> {
    return this.database.transaction((tx) => exportStore.expire(tx, KEEP_MS));
  }

  /** Writes down all that the bundle will depend on; null, with the lease given back, while the log does not cover the request. */
  private async fix(claimed: ExportRow, policy: string): Promise<FixedInputs | null> {
    const { tx } = this.database;
    // The count has to have the entry about this export in it.
    if (claimed.subjects !== null) await this.heads.record((await databaseClock(tx)) - claimed.requestedAt);
    const heads = claimed.subjects === null ? null : await headsStore.newest(tx);
    // What was destroyed meanwhile is missing, and the last entry of a chain may be the one that says so.
    const last = claimed.subjects === null ? [] : await readStore.lastOf(tx, claimed.subjects);
    const mustCover = [...claimed.entryIds, ...last, ...(heads === null ? [] : [heads.entryId])];
    const newest = await tileStore.newest(tx);
    const positions = await this.ledger.positions(tx, mustCover);
    const isCovered = newest !== null && mustCover.every((id) => (positions.get(id) ?? Infinity) < newest.size);
    if (!isCovered) {
      await exportStore.wait(tx, claimed, WAIT_MS);
      return null;
    }
    const lines = await tileStore.cosignatures(tx, newest.id);
    const note = newest.note + lines.map(({ line }) => `${line}\n`).join('');
    if (!isWitnessed(note, policy)) {
      // Its own policy would refuse the bundle. A witness that was away has cosigned the next checkpoint in a minute.
      if ((await databaseClock(tx)) - claimed.requestedAt > WITNESS_WAIT_MS) throw new NotBuildable('not_witnessed');
      await exportStore.wait(tx, claimed, WAIT_MS);
      return null;
    }
    const fixed = { origin: newest.origin, size: newest.size, note, policy, headsId: heads?.id ?? null };
    return (await exportStore.fix(tx, claimed, fixed)) ? fixed : null;
  }

  private async build(claimed: ExportRow, fixed: FixedInputs): Promise<void> {
    const started = systemClock.monotonic();
    if (claimed.since !== null && claimed.since > fixed.size) {
      return exportStore.fail(this.database.tx, claimed, 'since_is_larger_than_the_log');
    }
    await exportStore.awaitForgetting(this.database.tx);
    // Volume by volume: whoever goes on after a crash begins with the first that is not kept.
    for (let row = claimed; ;) {
      const built = await buildVolume(this.database.tx, this.keys, row, fixed, this.volumeRecords);
      const isLate = systemClock.monotonic() - started > LEASE_MS;
      if (isLate && !(await exportStore.renew(this.database.tx, row, LEASE_MS))) return;
      const volume = await this.keep(row, built);
      crashPoint('export.after_commit');
      if (volume === null || built.isLast) return;
      row = { ...row, volumes: [...row.volumes, volume] };
    }
  }

  /** Null when it is not wanted any more. */
  private async keep(row: ExportRow, { bytes, records, end, isLast }: BuiltVolume): Promise<ExportVolume | null> {
    const before = row.volumes.at(-1);
    const first = before === undefined ? 0 : before.part + partsOf(before);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const volume = { end, records, bytes: bytes.length, sha256, part: first };
    return this.database.transaction(async (tx) => {
      // First, so that an erasure that commits meanwhile finds the export ended, or this one finds its lease gone.
      if (!(await exportStore.addVolume(tx, row, volume, isLast))) return null;
      for (let i = 0; i < partsOf(volume); i++) {
        const part = bytes.subarray(i * PART_BYTES, (i + 1) * PART_BYTES);
        const n = first + i;
        await exportStore.addPart(tx, row.id, n, seal(this.keyOf(row.id), part, `${row.id}/${n}`));
      }
      crashPoint('export.before_commit');
      return volume;
    });
  }

  private async *parts(id: string, volume: ExportVolume): AsyncGenerator<Buffer> {
    for (let n = volume.part; n < volume.part + partsOf(volume); n++) {
      const sealed = await exportStore.part(this.database.tx, id, n);
      if (sealed === null) throw new Error('the bundle was taken away while it was read');
      yield unseal(this.keyOf(id), sealed, `${id}/${n}`);
    }
  }

  private async found(tx: Tx, brandId: BrandId, id: string): Promise<AuditExport> {
    const row = await exportStore.find(tx, brandId, id);
    if (row === null) throw new DomainError('not_found', 'There is no such export of this brand.');
    return {
      ...{ id: row.id, state: row.state, requestedAt: row.requestedAt, size: row.fixed?.size ?? null },
      ...{ failure: row.failure, entryIds: row.entryIds },
      ...{ records: isMade(row) ? row.records : null, bytes: isMade(row) ? row.bytes : null },
      sha256: row.sha256?.toString('hex') ?? null,
      volumes: row.state === 'ready' ? row.volumes : [],
      expiresAt: row.state === 'ready' && row.endedAt !== null ? row.endedAt + KEEP_MS : null,
    };
  }

  private keyOf(id: string): Buffer {
    return createHmac('sha256', this.keys.kek).update('export/1\0').update(id).digest();
  }
}

/** Somebody became one with the person while their bundle was ordered. */
class Merged extends Error {
  override readonly name = 'Merged';
}

function partsOf({ bytes }: Pick<ExportVolume, 'bytes'>): number {
  return Math.ceil(bytes / PART_BYTES);
}

/** Whether all of it was: of one that is under way nobody can say yet how large it will be. */
function isMade({ state }: ExportRow): boolean {
  return state === 'ready' || state === 'expired';
}

import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { Database, newId } from '#lib/platform';
import { feedSet, type FeedSetName } from './domain/feed-set.js';
import { encoderOf, type FeedFormat } from './encoders.js';
import { type FeedExportRow, feedExportStore } from './feed-export.store.js';
import { type FeedOwner, FeedService } from './feed.service.js';

/** Where a file stands. */
export interface FeedExport {
  readonly id: string;
  readonly feed: FeedSetName;
  readonly format: FeedFormat;
  readonly filter: string | null;
  readonly state: FeedExportRow['state'];
  /** Nothing that was recorded later is in it. */
  readonly asOf: string;
  readonly requestedAt: EpochMs;
  readonly rows: number | null;
  readonly bytes: number | null;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string | null;
  readonly failure: string | null;
  /** When the file is taken away; null while there is none. */
  readonly expiresAt: EpochMs | null;
}

const KEEP_MS = 7 * 86_400_000;
const LEASE_MS = 60_000;
const MOST_ATTEMPTS = 5;
const MOST_OPEN = 10;
const PART_BYTES = 1_048_576;

/** Takes orders for files of feeds, makes them, and hands them out. */
@Injectable()
export class FeedExportService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(FeedService) private readonly feeds: FeedService,
  ) {}

  /** @throws DomainError invalid_request, not_implemented; conflict while too many wait */
  async request(
    { brandId, zone }: FeedOwner,
    feed: FeedSetName,
    format: FeedFormat,
    filter: string | null,
    by: string,
  ): Promise<FeedExport> {
    this.feeds.check(feed, filter === null ? {} : { filter });
    return this.database.transaction(async (tx) => {
      if ((await feedExportStore.open(tx, brandId)) >= MOST_OPEN)
        throw new DomainError('conflict', 'Other files are being made. Order this one when one of them is ready.');
      const id = newId<string>();
      await feedExportStore.insert(tx, { id, brandId, zone, feed, format, filter }, by);
      const row = await feedExportStore.find(tx, brandId, id);
      if (row === null) throw new Error('what was ordered is not there');
      return shown(row);
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, id: string): Promise<FeedExport> {
    return shown(await this.found(brandId, id));
  }

  /** The file, part by part. @throws DomainError not_found, conflict when it is not there yet or not any more */
  async download(
    brandId: BrandId,
    id: string,
  ): Promise<{ readonly file: FeedExport; readonly parts: AsyncIterable<Buffer> }> {
    const row = await this.found(brandId, id);
    if (row.state === 'expired') throw new DomainError('conflict', 'The file was taken away. Order it again.');
    if (row.state !== 'ready' || row.bytes === null)
      throw new DomainError('conflict', 'The file is not ready. Look at its state.');
    return { file: shown(row), parts: this.parts(id, row.bytes) };
  }

  /**
   * Makes the file that has waited longest. Answers whether there was one. Whoever dies here leaves a lease that ends,
   * and the next one makes a file of the same rows.
   */
  async buildNext(): Promise<boolean> {
    const claimed = await feedExportStore.claim(this.database.tx, LEASE_MS);
    if (claimed === null) return false;
    if (claimed.attempt > MOST_ATTEMPTS) {
      await feedExportStore.fail(this.database.tx, claimed, 'given_up');
      return true;
    }
    const keeping = setInterval(() => {
      void feedExportStore.renew(this.database.tx, claimed, LEASE_MS).catch(() => undefined);
    }, LEASE_MS / 3);
    try {
      await this.build(claimed);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await feedExportStore.fail(this.database.tx, claimed, error.code);
    } finally {
      clearInterval(keeping);
    }
    return true;
  }

  /** Takes away what has been kept long enough. Answers how many files. */
  async expire(): Promise<number> {
    return this.database.transaction((tx) => feedExportStore.expire(tx, KEEP_MS));
  }

  /** Rows are read and parts written in one transaction, so that a file is there whole or not at all. */
  private async build(claimed: FeedExportRow): Promise<void> {
    const { id, feed, format, filter, asOf } = claimed;
    await this.database.transaction(async (tx) => {
      const encoder = await encoderOf(format, feedSet(feed).properties);
      const hash = createHash('sha256');
      let [rows, bytes, n] = [0, 0, 0];
      let waiting: Buffer[] = [];
      const keep = async (more: Buffer, isLast: boolean): Promise<void> => {
        waiting.push(more);
        let whole = Buffer.concat(waiting);
        while (whole.length >= PART_BYTES || (isLast && whole.length > 0)) {
          const part = whole.subarray(0, PART_BYTES);
          hash.update(part);
          bytes += part.length;
          await feedExportStore.addPart(tx, id, n++, part);
          whole = whole.subarray(PART_BYTES);
        }
        waiting = [Buffer.from(whole)];
      };
      for await (const some of this.feeds.rows(tx, claimed, feed, filter === null ? {} : { filter }, asOf)) {
        rows += some.length;
        await keep(encoder.add(some), false);
      }
      await keep(encoder.end(), true);
      if (!(await feedExportStore.finish(tx, claimed, { rows, bytes, sha256: hash.digest() })))
        throw new DomainError('conflict', 'Somebody else makes this file by now.');
    });
  }

  private async *parts(id: string, bytes: number): AsyncGenerator<Buffer> {
    for (let n = 0; n * PART_BYTES < bytes; n++) {
      const part = await feedExportStore.part(this.database.tx, id, n);
      if (part === null) throw new Error('the file was taken away while it was read');
      yield part;
    }
  }

  private async found(brandId: BrandId, id: string): Promise<FeedExportRow> {
    const row = await feedExportStore.find(this.database.tx, brandId, id);
    if (row === null) throw new DomainError('not_found', 'There is no such file of this brand.');
    return row;
  }
}

function shown({ brandId: _b, zone: _z, attempt: _a, endedAt, sha256, ...row }: FeedExportRow): FeedExport {
  return {
    ...row,
    sha256: sha256?.toString('hex') ?? null,
    expiresAt: row.state === 'ready' && endedAt !== null ? endedAt + KEEP_MS : null,
  };
}

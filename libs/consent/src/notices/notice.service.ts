import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { CLOCK_SKEW_MS, isPublishedAfter } from '../consents/notice-of.js';
import { refuseMissingLanguage, refuseTooLong } from '../brands/brand.service.js';
import { canonicalHash } from '../canonical-hash.js';
import { preferenceStore } from '../preferences/preference.store.js';
import {
  afterVersion,
  type Change,
  lockBrandSetup,
  type Page,
  type PageRequest,
  positionOf,
  type Put,
  toPage,
} from '../setup-change.js';
import { recordServed, type Serving } from './served-notice.js';

/** A wording in one language. */
export interface NoticeWording {
  readonly wording: string;
  /** SHA-256 of the canonical JSON of {key, language, version, wording}, hexadecimal. */
  readonly hash: string;
}

/** One version of a notice, the same in every language. */
export interface Notice {
  readonly key: string;
  readonly version: number;
  readonly wordings: Readonly<Record<string, NoticeWording>>;
  readonly createdAt: EpochMs;
}

/** That a wording was put before somebody. */
export interface ServedNotice {
  readonly id: string;
  readonly key: string;
  readonly version: number;
  readonly language: string;
  readonly hash: string;
  readonly servedAt: EpochMs;
}

/** Publishes what people are shown, word by word. A version is never changed. */
@Injectable()
export class NoticeService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Publishes the next version; words that are those of the latest version are not published again.
   * @throws DomainError invalid_request when the brand's default language is missing, or the page shows it and has no
   *   room for it.
   */
  async publish(
    brandId: BrandId,
    key: string,
    wordings: Readonly<Record<string, string>>,
    change: Change,
  ): Promise<Put<Notice>> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      await refuseMissingLanguage(tx, brandId, wordings, '/wordings');
      const { page } = await preferenceStore.brand(tx, brandId);
      if (page.notice === key) refuseTooLong(wordings, (language) => `/wordings/${language}`);
      const [latest] = await versions(tx, brandId, { key }, 1, 'desc');
      if (latest !== undefined && saysTheSame(latest, wordings)) return { value: latest, created: false };

      const version = (latest?.version ?? 0) + 1;
      const rows = Object.entries(wordings)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([language, wording]) => {
          const hash = canonicalHash({ key, language, version, wording });
          return {
            id: newId(),
            brandId,
            key,
            version,
            language,
            wording,
            hash: new Uint8Array(hash),
            createdAt: new Date(change.at),
          };
        });
      await tx.models.notice.createMany({ data: rows });
      await this.ledger.append(
        tx,
        rows.map(({ id, language, wording, hash }) => ({
          type: 'notice.published' as const,
          at: change.at,
          brandId,
          clear: { doc: Buffer.from(hash).toString('hex') },
          disclosed: { notice: { id, key, language, version, wording }, actor: change.by },
        })),
      );
      return { value: toNotice(rows), created: true };
    });
  }

  /**
   * Records that a wording was put before somebody; consent events point to it. Names nobody.
   * @throws DomainError unknown_notice, invalid_request
   */
  async serve(
    brandId: BrandId,
    { key, version, language }: { readonly key: string; readonly version: number; readonly language: string },
    { via, source, servedAt }: Serving,
    change: Change,
  ): Promise<ServedNotice> {
    return this.database.transaction(async (tx) => {
      const [notice] = await tx.sql<{ id: string; hash: Buffer; publishedAt: EpochMs }>`
        SELECT id, hash, created_at AS "publishedAt" FROM consent.notice
         WHERE brand_id = ${brandId} AND key = ${key} AND version = ${version} AND language = ${language}`;
      if (notice === undefined)
        throw new DomainError(
          'unknown_notice',
          'Publish the notice first, in this version and language: POST /v1/notices.',
        );
      if (servedAt > change.at + CLOCK_SKEW_MS)
        throw new DomainError('invalid_request', 'Say when it was served; leave it out for now.', {
          violations: [{ pointer: '/servedAt', detail: 'lies in the future' }],
        });
      if (isPublishedAfter(notice.publishedAt, servedAt))
        throw new DomainError(
          'invalid_request',
          'A notice is served after it was published; name the one of that time.',
          {
            violations: [{ pointer: '/servedAt', detail: 'lies before the notice was published' }],
          },
        );
      const at = Math.min(servedAt, change.at);
      const published = { ...notice, key, version, language };
      const id = await recordServed(tx, this.ledger, brandId, published, { via, source, servedAt: at }, change);
      return { id, key, version, language, hash: notice.hash.toString('hex'), servedAt: at };
    });
  }

  /** The version asked for, or the latest. @throws DomainError not_found */
  async get(brandId: BrandId, key: string, version: number | null): Promise<Notice> {
    return this.database.transactionWithModels(async (tx) => {
      const [notice] = await versions(tx, brandId, { key, ...(version === null ? {} : { version }) }, 1, 'desc');
      if (notice === undefined) {
        throw new DomainError('not_found', 'There is no such notice or version. GET /v1/notices lists them.');
      }
      return notice;
    });
  }

  /** Every version, in order of key and version. */
  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<Notice>> {
    return this.database.transactionWithModels(async (tx) => {
      const notices = await versions(tx, brandId, afterVersion(after), limit + 1, 'asc');
      return toPage(notices, limit, positionOf, (notice) => notice);
    });
  }
}

type NoticeRow = Awaited<ReturnType<ModelTx['models']['notice']['findMany']>>[number];

async function versions(
  tx: ModelTx,
  brandId: BrandId,
  where: NonNullable<Parameters<ModelTx['models']['notice']['findMany']>[0]>['where'],
  take: number,
  direction: 'asc' | 'desc',
): Promise<Notice[]> {
  const order = [{ key: direction }, { version: direction }];
  const found = await tx.models.notice.groupBy({
    by: ['key', 'version'],
    where: { ...where, brandId },
    orderBy: order,
    take,
  });
  if (found.length === 0) return [];
  const rows = await tx.models.notice.findMany({
    where: { brandId, OR: found.map(({ key, version }) => ({ key, version })) },
    orderBy: { language: 'asc' },
  });
  return found.map(({ key, version }) => toNotice(rows.filter((row) => row.key === key && row.version === version)));
}

function saysTheSame(notice: Notice, wordings: Readonly<Record<string, string>>): boolean {
  const languages = Object.keys(wordings);
  return (
    languages.length === Object.keys(notice.wordings).length &&
    languages.every((language) => notice.wordings[language]?.wording === wordings[language])
  );
}

function toNotice(rows: readonly Omit<NoticeRow, 'id'>[]): Notice {
  const [first] = rows;
  if (first === undefined) throw new Error('a version of a notice has at least one language');
  const wordings = rows.map(({ language, wording, hash }) => [
    language,
    { wording, hash: Buffer.from(hash).toString('hex') },
  ]);
  return {
    key: first.key,
    version: first.version,
    wordings: Object.fromEntries(wordings) as Notice['wordings'],
    createdAt: first.createdAt.getTime(),
  };
}

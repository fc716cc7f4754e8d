import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { type JsonObject, LedgerService, WrittenJson } from '#lib/ledger';
import { Database, type ModelTx, newId, type Tx, zoneAdvice } from '#lib/platform';
import { newestWordings } from '../notices/served-notice.js';
import { accentProblems, type PageSettings, tooLongForThePage } from './domain/page-settings.js';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '../setup-change.js';

/** What a brand says about itself. */
export interface BrandFacts {
  readonly name: string;
  readonly legalName: string;
  readonly postalAddress: string;
  /** BCP 47 language of everything that has no wording in the contact's own. */
  readonly defaultLanguage: string;
  /** IANA zone. */
  readonly defaultZone: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly senderName: string;
  readonly senderEmail: string;
  /** Countries in which personal data is kept, ISO 3166-1 alpha-2; receipts say so. */
  readonly storageLocations?: readonly string[];
  /** How the contacts' pages look. */
  readonly page?: PageSettings;
  /** What is counted of those who agreed to it; left out: nothing. */
  readonly tracking?: TrackingSettings;
  /** What is sent along with messages; `sending` knows its form. Left out: not declared. */
  readonly dataShape?: JsonObject;
  /** Patterns of the names of templates and campaigns; left out: any name. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Under which purpose a brand counts what people do with its mails. */
export interface TrackingSettings {
  readonly purpose: string;
  readonly links: boolean;
  readonly opens: boolean;
}

export interface Brand extends BrandFacts {
  readonly id: BrandId;
  readonly key: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Keeps the brands. `viewer` is the brand of the caller's key, null for the operator, who sees all. */
@Injectable()
export class BrandService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Creates or replaces a brand. Only the operator creates one.
   * @throws DomainError not_found, also for another brand than the viewer's; invalid_zone; invalid_request when the
   *   colours of the page could not be read on it; unknown_notice when it is to show one that was not published, invalid_request when one that is too long for it.
   */
  async put(key: string, facts: BrandFacts, change: Change, viewer: BrandId | null): Promise<Put<Brand>> {
    const advice = zoneAdvice(facts.defaultZone);
    if (advice !== null) {
      throw new DomainError('invalid_zone', 'Use a name of the IANA time zone database, such as Europe/Berlin.', {
        violations: [{ pointer: '/defaultZone', detail: `"${facts.defaultZone}" ${advice}` }],
      });
    }
    const violations = accentProblems(facts.page ?? {});
    if (violations.length > 0) {
      throw new DomainError(
        'invalid_request',
        'Choose colours that can be read; errors has one for each that would do.',
        {
          violations,
        },
      );
    }
    return this.database.transactionWithModels(async (tx) => {
      await tx.execute`SELECT pg_advisory_xact_lock(hashtext(${`consent.brand ${key}`}))`;
      const before = await find(tx, key, viewer);
      if (before === null && viewer !== null) throw unknownBrand();
      if (before !== null) await lockBrandSetup(tx, before.id as BrandId);
      await refuseNotice(tx, before?.id ?? null, facts.page?.notice);
      const page: PageSettings = facts.page ?? {};
      const storageLocations = [...(facts.storageLocations ?? [])];
      const data = {
        ...facts,
        storageLocations,
        page: { ...page },
        tracking: { ...facts.tracking },
        dataShape: { ...facts.dataShape },
        names: { ...facts.names },
        updatedAt: new Date(change.at),
      };
      const row =
        before === null
          ? await tx.models.brand.create({ data: { id: newId(), key, createdAt: new Date(change.at), ...data } })
          : await tx.models.brand.update({ where: { id: before.id }, data });
      const brand = WrittenJson.of({ id: row.id, key, ...facts, storageLocations, page, created: before === null });
      await this.ledger.append(tx, [
        {
          type: 'brand.changed',
          at: change.at,
          brandId: row.id as BrandId,
          clear: {},
          disclosed: { brand, actor: change.by },
        },
      ]);
      return { value: toBrand(row), created: before === null };
    });
  }

  /** @throws DomainError not_found, also for another brand than the viewer's. */
  async get(key: string, viewer: BrandId | null): Promise<Brand> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, key, viewer);
      if (row === null) throw unknownBrand();
      return toBrand(row);
    });
  }

  /** Of whoever calls: it is there. */
  async byId(id: BrandId): Promise<Brand> {
    return this.database.transactionWithModels(async (tx) =>
      toBrand(await tx.models.brand.findUniqueOrThrow({ where: { id } })),
    );
  }

  async list(viewer: BrandId | null, { after, limit }: PageRequest): Promise<Page<Brand>> {
    return this.database.transactionWithModels(async (tx) => {
      const rows = await tx.models.brand.findMany({
        where: { ...(viewer === null ? {} : { id: viewer }), ...(after === null ? {} : { key: { gt: after } }) },
        orderBy: { key: 'asc' },
        take: limit + 1,
      });
      return toPage(rows, limit, ({ key }) => key, toBrand);
    });
  }
}

/** @throws DomainError not_found, also for another brand than the viewer's. */
export async function findBrandId(tx: Tx, key: string, viewer: BrandId | null): Promise<BrandId> {
  const [row] = await tx.sql<{ id: BrandId }>`
    SELECT id FROM consent.brand WHERE key = ${key} AND (${viewer}::uuid IS NULL OR id = ${viewer}::uuid)`;
  if (row === undefined) throw unknownBrand();
  return row.id;
}

/**
 * Words by language must have the brand's default language, the last one that is looked for.
 * @throws DomainError invalid_request
 */
export async function refuseMissingLanguage(
  tx: ModelTx,
  brandId: BrandId,
  texts: object,
  pointer: string,
): Promise<void> {
  const { defaultLanguage } = await tx.models.brand.findUniqueOrThrow({ where: { id: brandId } });
  if (Object.hasOwn(texts, defaultLanguage)) return;
  throw new DomainError('invalid_request', 'Add the words in the default language of the brand.', {
    violations: [{ pointer, detail: `must have the language ${defaultLanguage}` }],
  });
}

/** @throws DomainError unknown_notice, invalid_request when it is too long for the page */
async function refuseNotice(tx: ModelTx, brandId: string | null, key: string | undefined): Promise<void> {
  if (key === undefined) return;
  const published = brandId === null ? [] : await newestWordings(tx, brandId as BrandId, key);
  if (published.length === 0)
    throw new DomainError('unknown_notice', 'Publish the notice that the page is to show first: POST /v1/notices.', {
      violations: [{ pointer: '/page/notice', detail: `there is no notice ${key}` }],
    });
  refuseTooLong(
    Object.fromEntries(published.map(({ language, wording }) => [language, wording])),
    () => '/page/notice',
  );
}

/**
 * Of a notice that the page shows.
 * @throws DomainError invalid_request
 */
export function refuseTooLong(
  wordings: Readonly<Record<string, string>>,
  pointerOf: (language: string) => string,
): void {
  const violations = tooLongForThePage(wordings).map(({ language, detail }) => ({
    pointer: pointerOf(language),
    detail: `in ${language} ${detail}`,
  }));
  if (violations.length === 0) return;
  throw new DomainError(
    'invalid_request',
    'Shorten what the page shows: say there what people agree to, and link to the rest as page.privacyUrl.',
    { violations },
  );
}

type BrandRow = NonNullable<Awaited<ReturnType<ModelTx['models']['brand']['findUnique']>>>;

async function find(tx: ModelTx, key: string, viewer: BrandId | null): Promise<BrandRow | null> {
  return tx.models.brand.findFirst({ where: { key, ...(viewer === null ? {} : { id: viewer }) } });
}

function unknownBrand(): DomainError {
  return new DomainError('not_found', 'There is no such brand. GET /v1/brands lists them.');
}

function toBrand({ createdAt, updatedAt, id, page, tracking, dataShape, names, ...facts }: BrandRow): Brand {
  const counts = tracking as Partial<TrackingSettings>;
  return {
    ...facts,
    ...(counts.purpose === undefined ? {} : { tracking: counts as TrackingSettings }),
    ...(isEmpty(dataShape) ? {} : { dataShape: dataShape as JsonObject }),
    ...(isEmpty(names) ? {} : { names: names as Record<string, string> }),
    page: page as PageSettings,
    id: id as BrandId,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

import { Inject, Injectable } from '@nestjs/common';
import {
  afterVersion,
  canonicalHash,
  type Change,
  lockBrandSetup,
  type Page,
  type PageRequest,
  positionOf,
  type Put,
  toPage,
} from '#lib/consent';
import { type BrandId, DomainError, type EpochMs, type Violation } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { sourceProblems } from '../templates/template-problems.js';
import { blockStore } from './block.store.js';
import { type BlockContent, includedIn, putInPlace } from './put-in-place.js';

type Contents = Readonly<Record<string, BlockContent>>;

export interface BlockFacts {
  /** For whoever reads none of the languages of `contents`. */
  readonly defaultLanguage: string;
  /** As it was written. */
  readonly contents: Contents;
}

/** One version of what several templates say alike. */
export interface PublishedBlock extends BlockFacts {
  readonly key: string;
  readonly version: number;
  /** With the blocks that it includes in place; left out where it includes none. */
  readonly expanded?: Contents;
  /** SHA-256 of the canonical JSON of {key, version, defaultLanguage, contents, and expanded where it has it}, hexadecimal. */
  readonly hash: string;
  readonly createdAt: EpochMs;
}

/** Publishes headers, footers and whatever else several templates share. A version is never changed. */
@Injectable()
export class BlockService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Publishes a version; what is published already is not published again. Templates that include another one stay as they
   * are.
   * @param number that of the version, which sets of files carry from one brand to another; null: the next
   * @throws DomainError invalid_template; invalid_request when the version of that number says something else
   */
  async publish(
    brandId: BrandId,
    key: string,
    number: number | null,
    facts: BlockFacts,
    change: Change,
  ): Promise<Put<PublishedBlock>> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const where = { brandId, key, ...(number === null ? {} : { version: number }) };
      const there = await tx.models.block.findFirst({ where, orderBy: { version: 'desc' } });
      const version = number ?? (there?.version ?? 0) + 1;
      const blocks = await blockStore.versions(tx, brandId, includedIn(facts.contents));
      const { contents: whole, violations } = putInPlace(facts.contents, blocks, { key, version });
      const problems = [...violations, ...(violations.length > 0 ? [] : blockProblems({ ...facts, contents: whole }))];
      if (problems.length > 0)
        throw new DomainError('invalid_template', 'Correct what `errors` names.', { violations: problems });
      const expanded = whole === facts.contents ? undefined : whole;
      if (there !== null && hashOf(key, there.version, facts, expanded).equals(there.hash))
        return { value: toBlock(there), created: false };
      if (there !== null && number !== null)
        throw new DomainError('invalid_request', 'Give it a number that is not taken, or leave the number out.', {
          violations: [{ pointer: '/version', detail: `${key}@${number} is published, and says something else` }],
        });
      const id = newId();
      const hash = hashOf(key, version, facts, expanded);
      const block = { key, version, ...factsJson(facts, expanded) };
      const row = await tx.models.block.create({
        data: { id, brandId, ...block, hash: new Uint8Array(hash), createdAt: new Date(change.at) },
      });
      await this.ledger.append(tx, [
        {
          type: 'block.published',
          at: change.at,
          brandId,
          clear: { doc: hash.toString('hex') },
          disclosed: { block: { id, ...block }, actor: change.by },
        },
      ]);
      return { value: toBlock(row), created: true };
    });
  }

  /** The version asked for, or the latest. @throws DomainError not_found */
  async get(brandId: BrandId, key: string, version: number | null): Promise<PublishedBlock> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key, ...(version === null ? {} : { version }) };
      const row = await tx.models.block.findFirst({ where, orderBy: { version: 'desc' } });
      if (row === null)
        throw new DomainError('not_found', 'There is no such block or version. GET /v1/blocks lists them.');
      return toBlock(row);
    });
  }

  /** Every version, in order of key and version. */
  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<PublishedBlock>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, ...afterVersion(after) };
      const orderBy = [{ key: 'asc' as const }, { version: 'asc' as const }];
      return toPage(await tx.models.block.findMany({ where, orderBy, take: limit + 1 }), limit, positionOf, toBlock);
    });
  }
}

/** What is wrong with each form by itself; what it comes to where it stands is looked at with each template. */
export function blockProblems({ contents, defaultLanguage }: BlockFacts): Violation[] {
  const violations = Object.entries(contents).flatMap(([language, { html, text }]) => {
    const pointer = `/contents/${language}`;
    if (html === null && text === null) return [{ pointer, detail: 'must have html, text or both' }];
    return [
      ...(html === null ? [] : sourceProblems(html, 'html').map((detail) => ({ pointer: `${pointer}/html`, detail }))),
      ...(text === null ? [] : sourceProblems(text).map((detail) => ({ pointer: `${pointer}/text`, detail }))),
    ];
  });
  return Object.hasOwn(contents, defaultLanguage)
    ? violations
    : [...violations, { pointer: '/contents', detail: `must have the default language ${defaultLanguage}` }];
}

type BlockRow = Awaited<ReturnType<ModelTx['models']['block']['findFirstOrThrow']>>;

function hashOf(key: string, version: number, facts: BlockFacts, expanded: Contents | undefined): Buffer {
  return canonicalHash({ key, version, ...factsJson(facts, expanded) });
}

function factsJson({ defaultLanguage, contents }: BlockFacts, expanded: Contents | undefined) {
  return {
    defaultLanguage,
    contents: contentsJson(contents),
    ...(expanded !== undefined && { expanded: contentsJson(expanded) }),
  };
}

function contentsJson(contents: Contents): Record<string, { html: string | null; text: string | null }> {
  return Object.fromEntries(Object.entries(contents).map(([language, { html, text }]) => [language, { html, text }]));
}

function toBlock({ key, version, defaultLanguage, contents, expanded, hash, createdAt }: BlockRow): PublishedBlock {
  return {
    key,
    version,
    defaultLanguage,
    contents: contents as Record<string, { html: string | null; text: string | null }>,
    ...(expanded !== null && { expanded: expanded as Record<string, { html: string | null; text: string | null }> }),
    hash: Buffer.from(hash).toString('hex'),
    createdAt: createdAt.getTime(),
  };
}

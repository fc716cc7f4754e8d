import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { refuseMissingLanguage } from '../brands/brand.service.js';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '../setup-change.js';

export interface TopicFacts {
  /** Key of the purpose it belongs to, for good: consents to the topic were given under it. */
  readonly purpose: string;
  /** Name of the topic by language, as contacts see it. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it is about and how often it comes, in a sentence, by language. */
  readonly descriptions?: Readonly<Record<string, string>>;
}

export interface Topic extends TopicFacts {
  readonly key: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Keeps the subjects that contacts choose from, brand by brand. */
@Injectable()
export class TopicService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Creates a topic or renames it.
   * @throws DomainError unknown_purpose, invalid_request; conflict when it would move to another purpose.
   */
  async put(brandId: BrandId, key: string, facts: TopicFacts, change: Change): Promise<Put<Topic>> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      await refuseMissingLanguage(tx, brandId, facts.labels, '/labels');
      const purpose = await tx.models.purpose.findUnique({ where: { brandId_key: { brandId, key: facts.purpose } } });
      if (purpose === null) {
        throw new DomainError('unknown_purpose', 'Create the purpose first, with PUT /v1/purposes/{key}.', {
          violations: [{ pointer: '/purpose', detail: 'is not a purpose of this brand' }],
        });
      }
      const before = await find(tx, brandId, key);
      if (before !== null && before.purposeId !== purpose.id) {
        throw new DomainError('conflict', 'A topic stays with its purpose. Create a new topic for another one.');
      }
      const { labels, descriptions = {} } = facts;
      const data = { labels, descriptions, updatedAt: new Date(change.at) };
      const first = { id: newId(), brandId, key, purposeId: purpose.id, createdAt: data.updatedAt };
      const row =
        before === null
          ? await tx.models.topic.create({ data: { ...data, ...first }, include })
          : await tx.models.topic.update({ where: { id: before.id }, data, include });
      const topic = { id: row.id, key, purpose: facts.purpose, labels, descriptions, created: before === null };
      await this.ledger.append(tx, [
        { type: 'topic.changed', at: change.at, brandId, clear: {}, disclosed: { topic, actor: change.by } },
      ]);
      return { value: toTopic(row), created: before === null };
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, key: string): Promise<Topic> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, brandId, key);
      if (row === null) throw new DomainError('not_found', 'There is no such topic. GET /v1/topics lists them.');
      return toTopic(row);
    });
  }

  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<Topic>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key: { gt: after ?? '' } };
      const rows = await tx.models.topic.findMany({ where, orderBy: { key: 'asc' }, take: limit + 1, include });
      return toPage(rows, limit, ({ key }) => key, toTopic);
    });
  }
}

const include = { purpose: { select: { key: true } } } as const;

type TopicRow = NonNullable<Awaited<ReturnType<typeof find>>>;

function find(tx: ModelTx, brandId: BrandId, key: string) {
  return tx.models.topic.findUnique({ where: { brandId_key: { brandId, key } }, include });
}

function toTopic({ key, purpose, labels, descriptions, createdAt, updatedAt }: TopicRow): Topic {
  return {
    key,
    purpose: purpose.key,
    labels: labels as Record<string, string>,
    descriptions: descriptions as Record<string, string>,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

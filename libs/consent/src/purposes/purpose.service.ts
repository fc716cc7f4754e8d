import { Inject, Injectable } from '@nestjs/common';
import { type BrandId, DomainError, type EnforcementModel, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { articleOf } from '../consents/domain/legal-basis.js';
import { refuseMissingLanguage } from '../brands/brand.service.js';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '../setup-change.js';

export interface PurposeFacts {
  readonly enforcement: EnforcementModel;
  /** Why the data may be used at all, such as `consent` or `legitimate_interests` (GDPR Article 6). */
  readonly legalBasis: string;
  /** Name of the purpose by language. */
  readonly labels: Readonly<Record<string, string>>;
  /** ISO 8601 duration for which evidence is kept after it was given and used; left out: as it is, three years at first. */
  readonly keepEvidence?: string;
}

export interface Purpose extends PurposeFacts {
  readonly key: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Keeps what data is used for, brand by brand. */
@Injectable()
export class PurposeService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** Creates or replaces a purpose. @throws DomainError invalid_request */
  async put(brandId: BrandId, key: string, facts: PurposeFacts, change: Change): Promise<Put<Purpose>> {
    // Without consent to rest on, `disabled` must say what it rests on instead.
    if (facts.enforcement === 'disabled' && articleOf(facts.legalBasis) === 'a') {
      const detail = 'must name another legal basis than consent when enforcement is disabled';
      throw new DomainError('invalid_request', 'Declare on what the purpose rests.', {
        violations: [{ pointer: '/legalBasis', detail }],
      });
    }
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      await refuseMissingLanguage(tx, brandId, facts.labels, '/labels');
      const before = await find(tx, brandId, key);
      const { keepEvidence, ...said } = facts;
      const kept = keepEvidence === undefined ? {} : { keepEvidence };
      const data = { ...said, ...kept, updatedAt: new Date(change.at) };
      const row =
        before === null
          ? await tx.models.purpose.create({ data: { ...data, id: newId(), brandId, key, createdAt: data.updatedAt } })
          : await tx.models.purpose.update({ where: { id: before.id }, data });
      const { enforcement, legalBasis, labels } = facts;
      const purpose = {
        id: row.id,
        key,
        enforcement,
        legalBasis,
        labels,
        keepEvidence: row.keepEvidence,
        created: before === null,
      };
      await this.ledger.append(tx, [
        {
          type: 'purpose.changed',
          at: change.at,
          brandId,
          clear: { model: enforcement },
          disclosed: { purpose, actor: change.by },
        },
      ]);
      return { value: toPurpose(row), created: before === null };
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, key: string): Promise<Purpose> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, brandId, key);
      if (row === null) throw new DomainError('not_found', 'There is no such purpose. GET /v1/purposes lists them.');
      return toPurpose(row);
    });
  }

  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<Purpose>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, id: { not: brandId }, key: { gt: after ?? '' } };
      const rows = await tx.models.purpose.findMany({ where, orderBy: { key: 'asc' }, take: limit + 1 });
      return toPage(rows, limit, ({ key }) => key, toPurpose);
    });
  }
}

type PurposeRow = NonNullable<Awaited<ReturnType<typeof find>>>;

function find(tx: ModelTx, brandId: BrandId, key: string) {
  return tx.models.purpose.findUnique({ where: { brandId_key: { brandId, key } } });
}

function toPurpose({ key, enforcement, legalBasis, labels, keepEvidence, createdAt, updatedAt }: PurposeRow): Purpose {
  return {
    key,
    enforcement: enforcement as EnforcementModel,
    legalBasis,
    labels: labels as Record<string, string>,
    keepEvidence,
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

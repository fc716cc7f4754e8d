import { Inject, Injectable } from '@nestjs/common';
import { type Change, lockBrandSetup, type Page, type PageRequest, type Put, toPage } from '#lib/consent';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId } from '#lib/platform';
import { campaignStore } from './campaign.store.js';
import { brandSettings, refuseName } from '../setup/brand-settings.js';

export interface CampaignFacts {
  readonly name: string;
  /** Key of the policy whose latest version judges its messages. */
  readonly policy: string;
  /** Ends it for good; left out: it stays what it is, and a new one is active. */
  readonly status?: 'stopped';
}

export interface Campaign extends Omit<CampaignFacts, 'status'> {
  readonly key: string;
  readonly status: 'active' | 'stopped';
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** Keeps the campaigns, brand by brand. */
@Injectable()
export class CampaignService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /** Creates a campaign, active unless it is said to be stopped, or replaces what is said of it. @throws DomainError unknown_policy, invalid_request */
  async put(brandId: BrandId, key: string, facts: CampaignFacts, change: Change): Promise<Put<Campaign>> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      if ((await tx.models.policy.findFirst({ where: { brandId, key: facts.policy } })) === null) {
        throw new DomainError('unknown_policy', 'Publish the policy first, with POST /v1/policies.', {
          violations: [{ pointer: '/policy', detail: 'is not a policy of this brand' }],
        });
      }
      const before = await find(tx, brandId, key);
      if (before === null) refuseName((await brandSettings(tx, brandId)).names.campaign, key);
      const data = { name: facts.name, policyKey: facts.policy, updatedAt: new Date(change.at) };
      const status = facts.status ?? before?.status ?? 'active';
      const first = { id: newId(), brandId, key, createdAt: data.updatedAt };
      const row =
        before === null
          ? await tx.models.campaign.create({ data: { ...data, ...first, status } })
          : await tx.models.campaign.update({ where: { id: before.id }, data: { ...data, status } });
      if (before?.status === 'active' && status === 'stopped') await campaignStore.wakeAll(tx, row.id, change.at);
      await this.record(tx, row, change);
      return { value: toCampaign(row), created: before === null };
    });
  }

  /** Ends a campaign for good: what still waits is dropped, what comes later too. Again is fine. @throws DomainError not_found */
  async stop(brandId: BrandId, key: string, change: Change): Promise<Campaign> {
    return this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const before = await find(tx, brandId, key);
      if (before === null) throw unknownCampaign();
      if (before.status === 'stopped') return toCampaign(before);
      const data = { status: 'stopped', updatedAt: new Date(change.at) };
      const row = await tx.models.campaign.update({ where: { id: before.id }, data });
      await campaignStore.wakeAll(tx, row.id, change.at);
      await this.record(tx, row, change);
      return toCampaign(row);
    });
  }

  /** @throws DomainError not_found */
  async get(brandId: BrandId, key: string): Promise<Campaign> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, brandId, key);
      if (row === null) throw unknownCampaign();
      return toCampaign(row);
    });
  }

  /** The id by which the ledger knows it. @throws DomainError not_found */
  async idOf(brandId: BrandId, key: string): Promise<string> {
    return this.database.transactionWithModels(async (tx) => {
      const row = await find(tx, brandId, key);
      if (row === null) throw unknownCampaign();
      return row.id;
    });
  }

  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<Campaign>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key: { gt: after ?? '' } };
      const rows = await tx.models.campaign.findMany({ where, orderBy: { key: 'asc' }, take: limit + 1 });
      return toPage(rows, limit, ({ key }) => key, toCampaign);
    });
  }

  private async record(
    tx: ModelTx,
    { id, key, name, status, policyKey, brandId }: CampaignRow,
    change: Change,
  ): Promise<void> {
    const campaign = { id, key, name, status, policy: policyKey };
    await this.ledger.append(tx, [
      {
        type: 'campaign.changed',
        at: change.at,
        brandId: brandId as BrandId,
        clear: {},
        disclosed: { campaign, actor: change.by },
      },
    ]);
  }
}

type CampaignRow = NonNullable<Awaited<ReturnType<typeof find>>>;

function find(tx: ModelTx, brandId: BrandId, key: string) {
  return tx.models.campaign.findUnique({ where: { brandId_key: { brandId, key } } });
}

function unknownCampaign(): DomainError {
  return new DomainError('not_found', 'There is no such campaign. GET /v1/campaigns lists them.');
}

function toCampaign({ key, name, status, policyKey, createdAt, updatedAt }: CampaignRow): Campaign {
  return {
    key,
    name,
    policy: policyKey,
    status: status === 'stopped' ? 'stopped' : 'active',
    createdAt: createdAt.getTime(),
    updatedAt: updatedAt.getTime(),
  };
}

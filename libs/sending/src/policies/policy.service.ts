import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import {
  afterVersion,
  canonicalHash,
  type Json,
  type Change,
  lockBrandSetup,
  type Page,
  type PageRequest,
  positionOf,
  type Put,
  toPage,
} from '#lib/consent';
import { emissionIntervalUs, type Policy, policyProblems, policyWarnings } from '#lib/decision';
import { type BrandId, DomainError, type EpochMs } from '#lib/kernel';
import { LedgerService } from '#lib/ledger';
import { Database, type ModelTx, newId, type Tx } from '#lib/platform';
import { limitStore } from '../messages/limit.store.js';
import { messageStore } from '../messages/message.store.js';
import { reference } from '../reference.js';
import { type PolicyBody, problemPointer, type StoredPolicyBody } from './policy-body.js';

/** One version of a policy. */
export interface PublishedPolicy extends StoredPolicyBody {
  readonly key: string;
  readonly version: number;
  /** SHA-256 of the canonical JSON of key, version and the body, hexadecimal. */
  readonly hash: string;
  readonly createdAt: EpochMs;
  /** Said to whoever publishes it: what of it does nothing. Left out where there is nothing to say. */
  readonly warnings?: readonly string[];
}

/** Further off than publishing takes. */
const FAR_MS = 60_000;

/** Publishes caps, quiet hours, rates, warm-ups and the choice of laws. A version is never changed. */
@Injectable()
export class PolicyService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  /**
   * Publishes the next version; a body that is that of the latest version is not published again.
   * @throws DomainError invalid_request when the rules make no sense.
   */
  async publish(brandId: BrandId, key: string, body: PolicyBody, change: Change): Promise<Put<PublishedPolicy>> {
    const problems = policyProblems({ ...body, key, version: 1 }, reference);
    if (problems.length > 0) {
      throw new DomainError('invalid_request', 'Correct the rules that `errors` names.', {
        violations: problems.map((detail) => ({ pointer: problemPointer(detail), detail })),
      });
    }
    const warnings = [...policyWarnings({ ...body, key, version: 1 }, change.at, reference)];
    const published = await this.database.transactionWithModels(async (tx) => {
      await lockBrandSetup(tx, brandId);
      const others = await tx.models.policy.findMany({
        where: { brandId, key: { not: key } },
        orderBy: { version: 'desc' },
        distinct: ['key'],
      });
      warnings.push(...others.flatMap((other) => sharedRates(body, other.key, other.body as StoredPolicyBody)));
      const latest = await tx.models.policy.findFirst({ where: { brandId, key }, orderBy: { version: 'desc' } });
      if (latest !== null && policyHash({ ...body, key, version: latest.version }).equals(latest.hash)) {
        return { value: toPolicy(latest), created: false };
      }
      if (latest !== null) warnings.push(...renamedRates(body, latest.body as StoredPolicyBody));
      const version = (latest?.version ?? 0) + 1;
      const hash = policyHash({ ...body, key, version });
      const row = await tx.models.policy.create({
        data: { id: newId(), brandId, key, version, body, hash: new Uint8Array(hash), createdAt: new Date(change.at) },
      });
      await this.ledger.append(tx, [
        {
          type: 'policy.published',
          at: change.at,
          brandId,
          clear: { pol: hash.toString('hex') },
          disclosed: { policy: { id: row.id, key, version, ...body }, actor: change.by },
        },
      ]);
      if (latest !== null) await this.askAgain(tx, brandId, latest, body, change.at);
      return { value: toPolicy(row), created: true };
    });
    return warnings.length === 0 ? published : { ...published, value: { ...published.value, warnings } };
  }

  /**
   * A rate or a warm-up that says something else lets go whom it holds, however long they were told to wait, to be held
   * anew where that is so. Other rules hold for hours at most or until an instant that is known; who is held by one of them
   * is judged by the version of then.
   */
  private async askAgain(
    tx: Tx,
    brandId: BrandId,
    latest: Pick<PolicyRow, 'key' | 'body'>,
    body: PolicyBody,
    now: EpochMs,
  ): Promise<void> {
    const before = latest.body as StoredPolicyBody;
    const after = JSON.parse(JSON.stringify(body)) as StoredPolicyBody;
    const reasons = [
      ...(isDeepStrictEqual(before.rates, after.rates) ? [] : ['rate_limit']),
      ...(isDeepStrictEqual(before.warmUps ?? [], after.warmUps ?? []) ? [] : ['warm_up']),
    ];
    if (reasons.length === 0) return;
    const rules = after.rates.map((rate) => ({
      rule: rate.id,
      emissionIntervalUs: emissionIntervalUs(rate),
      burst: rate.burst,
    }));
    // Nobody can send while their bucket is locked. So the many who wait for long are let go before: no attempt waits for
    // one of them with a bucket in its hands, because none is due. Those who were placed meanwhile come after.
    await messageStore.askAgain(tx, brandId, latest.key, reasons, now, now + FAR_MS);
    await limitStore.restart(tx, brandId, rules);
    await messageStore.askAgain(tx, brandId, latest.key, reasons, now);
  }

  /** The version asked for, or the latest. @throws DomainError not_found */
  async get(brandId: BrandId, key: string, version: number | null): Promise<PublishedPolicy> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, key, ...(version === null ? {} : { version }) };
      const row = await tx.models.policy.findFirst({ where, orderBy: { version: 'desc' } });
      if (row === null)
        throw new DomainError('not_found', 'There is no such policy or version. GET /v1/policies lists them.');
      return toPolicy(row);
    });
  }

  /** Every version, in order of key and version. */
  async list(brandId: BrandId, { after, limit }: PageRequest): Promise<Page<PublishedPolicy>> {
    return this.database.transactionWithModels(async (tx) => {
      const where = { brandId, ...afterVersion(after) };
      const orderBy = [{ key: 'asc' as const }, { version: 'asc' as const }];
      return toPage(await tx.models.policy.findMany({ where, orderBy, take: limit + 1 }), limit, positionOf, toPolicy);
    });
  }
}

/** Rates that another policy has under the same name, with other numbers: what they count, they count together. */
function sharedRates(body: PolicyBody, otherKey: string, { rates }: StoredPolicyBody): string[] {
  return body.rates.flatMap((rate, index) => {
    const other = rates.find(({ id, scope }) => id === rate.id && scope === rate.scope);
    if (other === undefined) return [];
    if (emissionIntervalUs(other) === emissionIntervalUs(rate) && other.burst === rate.burst) return [];
    return [
      `rates[${index}] "${rate.id}" is also a rate of policy "${otherKey}", with other numbers: both draw on one bucket, so the slower one holds up both; give one of them another id, or make them the same`,
    ];
  });
}

/** Rates under a new name where one of the same scope is gone: a bucket has the name of its rate, so it begins anew. */
function renamedRates(body: PolicyBody, { rates: before }: StoredPolicyBody): string[] {
  const gone = before.filter(({ id }) => !body.rates.some((rate) => rate.id === id));
  return body.rates.flatMap(({ id, scope }, index) => {
    const old = gone.find((rate) => rate.scope === scope);
    return old === undefined || before.some((rate) => rate.id === id)
      ? []
      : [
          `rates[${index}] "${id}" counts anew: what "${old.id}" has counted is forgotten; keep the id to keep the count`,
        ];
  });
}

type PolicyRow = Awaited<ReturnType<ModelTx['models']['policy']['findFirstOrThrow']>>;

/** Members that are left out are left out of the hash too, so a version that was hashed without them keeps its hash. */
export function policyHash({ key, version, caps, quietHours, rates, warmUps, jurisdiction }: Policy): Buffer {
  const optional = { ...(warmUps && { warmUps }), ...(jurisdiction && { jurisdiction }) };
  return canonicalHash(JSON.parse(JSON.stringify({ key, version, caps, quietHours, rates, ...optional })) as Json);
}

function toPolicy({ key, version, body, hash, createdAt }: PolicyRow): PublishedPolicy {
  return {
    ...(body as StoredPolicyBody),
    key,
    version,
    hash: Buffer.from(hash).toString('hex'),
    createdAt: createdAt.getTime(),
  };
}

import type { BrandId, EnforcementModel } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { everythingOf } from '../consents/domain/everything.js';
import { canBeLeft } from '../consents/domain/leaving.js';
import type { Scope } from '../consents/domain/plan-changes.js';
import { doubleOptInStore } from '../double-opt-in/double-opt-in.store.js';
import type { Scopes } from './domain/judge-row.js';
import type { Subjects } from './domain/plan-batch.js';
import { importStore } from './import.store.js';

/** What rows may name at a brand, by its keys. */
export async function scopesOf(tx: Tx, brandId: BrandId): Promise<Scopes> {
  const purposes = new Map<
    string,
    { id: string; enforcement: EnforcementModel; legalBasis: string; topics: Map<string, string> }
  >();
  for (const { id, key, enforcement, legalBasis, topicId, topicKey } of await importStore.purposes(tx, brandId)) {
    const purpose = purposes.get(key) ?? { id, enforcement, legalBasis, topics: new Map<string, string>() };
    if (topicId !== null && topicKey !== null) purpose.topics.set(topicKey, topicId);
    purposes.set(key, purpose);
  }
  return {
    purposes,
    everything: everythingOf(brandId),
    confirmedOnly: new Set(await doubleOptInStore.requiredOn(tx, brandId)),
  };
}

/** The same as plans need it, by ids. */
export function subjectsOf({ purposes, everything }: Scopes): Subjects {
  const all = [...purposes.values()];
  const topics = new Map(all.map(({ id, topics: own }) => [id, [...own.values()]]));
  const scopes = new Map<string, Scope>(
    all.flatMap(({ id }) => [
      [id, { purposeId: id, topicId: null }] as const,
      ...(topics.get(id) ?? []).map((topicId) => [topicId, { purposeId: id, topicId }] as const),
    ]),
  );
  const leavable = new Set(all.filter(canBeLeft).map(({ id }) => id));
  return {
    purposes: all,
    around: (id) => ({ topicsOf: topics.get(id) ?? [], above: leavable.has(id) ? [everything] : [] }),
    scopeOf: (id) => scopes.get(id),
  };
}

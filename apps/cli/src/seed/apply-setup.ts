import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ApiClient } from './api-client.js';
import { DEMO_BRAND, type DemoSetup } from './demo-setup.js';

const Anything = z.record(z.string(), z.unknown());

/** Creates the brand, or corrects what is said of it. Needs an operator key. @returns whether it is new */
export async function applyBrand(operator: ApiClient): Promise<boolean> {
  const path = `/v1/brands/${DEMO_BRAND.key}`;
  const there = await operator.find(path, Anything);
  if (there === null || !includes(there, DEMO_BRAND.facts))
    await operator.call('PUT', path, Anything, DEMO_BRAND.facts);
  return there === null;
}

/**
 * Brings a brand to this set-up, and changes nothing where it is so already. Needs a key of the brand.
 * @param isNew nothing of it can be there, so nobody looks.
 */
export async function applySetup(api: ApiClient, setup: DemoSetup, isNew: boolean): Promise<void> {
  const put = async (path: string, facts: Readonly<Record<string, unknown>>): Promise<void> => {
    // A PUT that changes nothing would still be an entry in the ledger.
    const there = isNew ? null : await api.find(path, Anything);
    if (there === null || !includes(there, facts)) await api.call('PUT', path, Anything, facts);
  };
  const putAll = (path: string, items: DemoSetup['purposes']): Promise<unknown> =>
    Promise.all(items.map(({ key, facts }) => put(`${path}/${key}`, facts)));
  const publishAll = (path: string, items: DemoSetup['notices']): Promise<unknown> =>
    Promise.all(items.map((item) => api.call('POST', path, Anything, item)));
  // Topics name purposes, campaigns name policies.
  await Promise.all([
    putAll('/v1/purposes', setup.purposes).then(() => putAll('/v1/topics', setup.topics)),
    publishAll('/v1/policies', setup.policies).then(() => putAll('/v1/campaigns', setup.campaigns)),
    publishAll('/v1/notices', setup.notices),
    publishAll('/v1/templates', setup.templates),
    putAll('/v1/providers', setup.providers),
    putAll('/v1/double-opt-in', setup.doubleOptIn),
  ]);
}

/** Whether `whole` says everything that `part` says. What `part` leaves out is the server's own. */
function includes(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return isDeepStrictEqual(whole, part);
  if (typeof whole !== 'object' || whole === null) return false;
  const found = whole as Record<string, unknown>;
  return Object.entries(part).every(([key, value]) => includes(found[key], value));
}

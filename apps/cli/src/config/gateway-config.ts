import { z } from 'zod';
import { CHANNELS } from '#lib/kernel';
import type { ApiClient } from '../seed/api-client.js';
import {
  type ConfigGroup,
  type ConfigState,
  type ConfigStep,
  type Facts,
  GROUPS,
  VERSIONED,
} from './domain/config-state.js';
import { normalised } from './normalised.js';

const Anything = z.looseObject({});
const Item = z.looseObject({ key: z.string(), version: z.int().optional() });
const Problems = z.looseObject({
  problems: z.array(z.looseObject({ group: z.string(), key: z.string(), pointer: z.string(), detail: z.string() })),
});
const ItemPage = z.looseObject({ items: z.array(Item), nextCursor: z.string().nullable() });

/** What the brand of a key is set up with now: of what has versions the latest of each, of blocks all. */
export async function readConfig(api: ApiClient): Promise<ConfigState> {
  const groups = await Promise.all(GROUPS.map(async (group) => [group, await readGroup(api, group)] as const));
  return Object.fromEntries(groups) as Record<ConfigGroup, Record<string, Facts>>;
}

/** Carries out one step; what has versions gets its next one. @throws UnexpectedAnswer */
export async function applyStep(api: ApiClient, step: ConfigStep): Promise<void> {
  const { group, key } = step;
  if (isPublished(group)) await api.call('POST', `/v1/${group}`, Item, bodyOf(step));
  else await api.call('PUT', `/v1/${group}/${key}`, Anything, bodyOf(step));
}

/** What of these steps the gateway would refuse, each in a line. @throws UnexpectedAnswer */
export async function refusals(api: ApiClient, steps: readonly ConfigStep[]): Promise<string[]> {
  return (await problemsOf(api, steps)).map(({ group, key, pointer, detail }) =>
    [`${group}/${key}`, ...(pointer === '' ? [] : [pointer]), detail].join(': '),
  );
}

type Problem = z.infer<typeof Problems>['problems'][number];

/**
 * What of these steps the gateway would refuse. It does all of them in their order and takes them back, so that nothing of a
 * set-up is there that the rest is refused of.
 * @throws UnexpectedAnswer
 */
export async function problemsOf(api: ApiClient, steps: readonly ConfigStep[]): Promise<readonly Problem[]> {
  if (steps.length === 0) return [];
  return (await api.call('POST', '/v1/setup:check', Problems, { steps: asSteps(steps) })).problems;
}

/** As the gateway is told them to be judged. */
export function asSteps(steps: readonly ConfigStep[]): { group: ConfigGroup; key: string; body: Facts }[] {
  return steps.map((step) => ({ group: step.group, key: step.key, body: bodyOf(step) }));
}

function isPublished(group: ConfigGroup): boolean {
  return group === 'blocks' || VERSIONED.includes(group);
}

function bodyOf({ group, key, facts }: ConfigStep): Facts {
  const [name, version] = key.split('@');
  if (group === 'blocks') return { key: name, version: Number(version), ...facts };
  return isPublished(group) ? { key, ...facts } : facts;
}

async function readGroup(api: ApiClient, group: ConfigGroup): Promise<Record<string, Facts>> {
  if (group === 'double-opt-in') return readByChannel(api, group);
  const found: Record<string, Facts> = {};
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await api.call('GET', `/v1/${group}?limit=200${query}`, ItemPage);
    // In order of key and version: the latest stays.
    for (const item of page.items)
      found[group === 'blocks' ? `${item.key}@${item.version}` : item.key] = normalised(group, item);
    cursor = page.nextCursor;
  }
  return found;
}

/** What there is one of for each channel, and no list. */
async function readByChannel(api: ApiClient, group: ConfigGroup): Promise<Record<string, Facts>> {
  const all = await Promise.all(
    CHANNELS.map(async (channel) => [channel, await api.find(`/v1/${group}/${channel}`, Anything)] as const),
  );
  return Object.fromEntries(
    all.flatMap(([channel, facts]) => (facts === null ? [] : [[channel, normalised(group, facts)] as const])),
  );
}

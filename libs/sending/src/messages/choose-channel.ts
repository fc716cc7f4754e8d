import type { BrandId, Channel } from '#lib/kernel';
import type { JsonObject } from '#lib/ledger';
import { systemClock, type Tx } from '#lib/platform';
import { type ChannelResult, choiceStore } from './choice.store.js';
import { type Arm, drawBest, type Goal, isControl } from './domain/best-arm.js';
import type { Strategy } from './domain/choice-place.js';
import { isMeasured, type MailsCounted } from './domain/measured.js';
import { luckOf } from './luck.js';

/** Results are read again after this long; a choice need not know of the last minute. */
const FRESH_MS = 60_000;
/** Shares are written as whole millionths: the ledger has no fractions. */
const MILLION = 1_000_000;

/** One way to reach the contact, as far as it matters for the choice. */
export interface Way {
  readonly channel: Channel;
  readonly outcome: 'pass' | 'defer' | 'drop';
}

/** In which order the ways are tried, and why. */
export interface Order {
  /** Numbers of the ways; the first that is allowed is tried first. */
  readonly order: readonly number[];
  /** What is kept of a draw, so that it can be made and counted with again; null when nothing was drawn. */
  readonly draw: JsonObject | null;
  /** Whether the draw fell into the control share; null when nothing was drawn. */
  readonly control: boolean | null;
}

export interface ChoiceRequest {
  readonly strategy: Strategy;
  readonly goal: Goal;
  readonly segment: string;
  readonly mails: MailsCounted;
  /** The same for the same request to the same contact. */
  readonly seed: readonly string[];
}

/** What came of channels, as one process knows it. */
export class ChannelResults {
  private readonly known = new Map<string, { readonly at: number; readonly results: readonly ChannelResult[] }>();

  async of(tx: Tx, brandId: BrandId, goal: Goal): Promise<readonly ChannelResult[]> {
    const key = `${brandId} ${goal}`;
    const now = systemClock.monotonic();
    const kept = this.known.get(key);
    if (kept !== undefined && now - kept.at < FRESH_MS) return kept.results;
    const results = await choiceStore.results(tx, brandId, goal);
    this.known.set(key, { at: now, results });
    return results;
  }
}

/**
 * Orders the ways to reach a contact. `best` draws among those that the whole pipeline allows, never among others, and
 * the first of them is the control; the rest follow by how likely each was to be the best. Where of one of those nobody
 * knows whether it meets the goal, nothing is drawn, and the order is that of the request.
 */
export function orderOf(ways: readonly Way[], request: ChoiceRequest, results: readonly ChannelResult[]): Order {
  const order = [...ways.keys()];
  const allowed = order.filter((i) => ways[i]?.outcome !== 'drop');
  const [first] = allowed;
  if (request.strategy === 'first_allowed' || allowed.length < 2 || first === undefined)
    return { order, draw: null, control: null };
  const { goal, segment, mails, seed } = request;
  const isKnown = (channel: Channel): boolean =>
    isMeasured(goal, channel, mails, results.filter((one) => one.channel === channel)); // prettier-ignore
  if (!allowed.every((i) => ways[i] === undefined || isKnown(ways[i].channel)))
    return { order, draw: null, control: null };
  const arms = allowed.map((i): Arm => {
    const found = results.find((one) => one.segment === segment && one.channel === ways[i]?.channel);
    return { tried: found?.tried ?? 0, met: found?.met ?? 0 };
  });
  const luck = luckOf('channel', ...seed);
  const { chosen, propensities } = drawBest(arms, luck);
  const likely = allowed
    .map((way, n) => ({ way, share: n === chosen ? Infinity : (propensities[n] ?? 0) }))
    .sort((a, b) => b.share - a.share)
    .map(({ way }) => way);
  const draw: JsonObject = {
    strategy: 'best',
    goal,
    segment,
    luck: Math.floor(luck * MILLION),
    arms: arms.map(({ tried, met }, n) => ({
      channel: ways[allowed[n] ?? 0]?.channel ?? '',
      tried,
      met,
      propensity: Math.round((propensities[n] ?? 0) * MILLION),
    })),
  };
  return { order: [...likely, ...order.filter((i) => !allowed.includes(i))], draw, control: isControl(luck) };
}

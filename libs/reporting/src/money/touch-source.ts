import { DateTime, type Zone } from 'luxon';
import { DAY, TouchLog } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import type { Tx } from '#lib/platform';
import { KEPT_LOOKBACK_DAYS, KeptTouches, QUARTER } from './domain/kept-touches.js';
import { touchesIn } from './domain/packed-counts.js';
import type { GatherPeriod, PathGatherer } from './domain/path-gatherer.js';
import { eachEntry } from './domain/touch-days.js';
import type { EngagementScores, Scored } from './domain/engagement-score.js';
import { type KeptAccount, type KeptDay, keptStore } from './kept.store.js';
import type { RememberedTouches } from './touch-memory.js';
import { NO_NAME } from './domain/no-name.js';
import { BASES, type SentMessages, type TouchScope, touchStore } from './touch.store.js';

/** Where touches are read from: the log, or what is kept of it. Both say the same. */
export interface TouchSource {
  /** Hands touches on in parts that hold whole accounts. @param accounts of these alone; null: of everybody */
  stream(gatherer: PathGatherer, accounts: readonly string[] | null): Promise<void>;
  /** Whether it can be told how accounts ended without reading their touches. */
  readonly knowsEnds: boolean;
  /** Tells how all accounts ended but those that converted, whose touches were streamed. */
  addEnded(gatherer: PathGatherer, periods: readonly GatherPeriod[], converted: readonly string[]): Promise<void>;
  /** Counts touches of these accounts in a period, where it is known how many others had any. */
  addCounted(gatherer: PathGatherer, period: GatherPeriod, accounts: readonly string[]): Promise<void>;
  /** How many accounts but these had touches in a period; null where that is not known without reading them. */
  othersTouched(period: GatherPeriod, accounts: readonly string[]): Promise<number | null>;
  counts(period: GatherPeriod): Promise<ReadonlyMap<string, number>>;
  /** Hands on what reached people of these accounts and what they did, whatever counts as a touch. In any order. */
  scored(accounts: readonly string[], scores: readonly EngagementScores[]): Promise<void>;
  /** Everything that was handed over costs, also what came back. */
  sent(period: GatherPeriod, zone: Zone): Promise<SentMessages[]>;
}

/** How touches become paths, as far as it matters where they are read. */
export interface SourceScope extends TouchScope {
  readonly lookbackDays: number;
  readonly unit: 'account' | 'contact';
}

/** Touches that are worked through together. */
const PART_TOUCHES = 50_000;
/** Accounts that are read together. */
const PART_ACCOUNTS = 5_000;
/** The last instant that PostgreSQL and JavaScript write alike. */
const LAST_INSTANT = Date.UTC(9999, 11, 31);

export function touchesOfLog(tx: Tx, scope: TouchScope): TouchSource {
  return {
    async stream(gatherer, accounts) {
      await touchStore.open(tx, scope, accounts);
      let log = new TouchLog();
      let ids: string[] = [];
      let account: string | null = null;
      for (;;) {
        const touches = await touchStore.next(tx);
        if (touches.length === 0) break;
        for (const touch of touches) {
          if (touch.account !== account && log.size >= PART_TOUCHES) {
            gatherer.add(log, ids);
            log = new TouchLog();
            ids = [];
          }
          account = touch.account;
          log.add(touch);
          ids[log.size - 1] = touch.id;
        }
      }
      gatherer.add(log, ids);
      await touchStore.close(tx);
    },
    knowsEnds: false,
    addEnded: () => Promise.reject(new Error('the log tells of no ends')),
    addCounted: () => Promise.reject(new Error('of the log nobody knows how many others had touches')),
    othersTouched: () => Promise.resolve(null),
    counts: (period) => touchStore.counts(tx, scope, period),
    async scored(accounts, scores) {
      for (const basis of BASES) {
        await touchStore.open(tx, { ...scope, basis, collapseSend: false }, accounts);
        for (;;) {
          const touches = await touchStore.next(tx);
          if (touches.length === 0) break;
          for (const { id, account, at } of touches) {
            const what = scoredBy(id);
            // Visits are of both.
            if (what === 'visited' && basis !== 'delivered') continue;
            for (const one of scores) one.add(account, what, at);
          }
        }
        await touchStore.close(tx);
      }
    },
    sent: ({ from, to }, zone) => touchStore.sent(tx, scope.brandId, { asOf: scope.asOf, from, to, zone: zone.name }),
  };
}

/**
 * @param scope as of the instant up to which touches are kept
 * @param memory of what is kept, as `tx` sees it
 */
export async function keptTouches(tx: Tx, scope: SourceScope, memory: RememberedTouches): Promise<TouchSource> {
  const { brandId, basis, by, asOf, lookbackDays, unit, collapseSend } = scope;
  const names = (await keptStore.names(tx, brandId, by)).map((name) => name ?? NO_NAME);
  // Of what was done no message is the same as another.
  const sends = collapseSend === true && basis === 'delivered' ? await keptStore.sends(tx, brandId) : [];
  const log = touchesOfLog(tx, scope);
  return {
    async stream(gatherer, accounts) {
      for await (const rows of accounts === null ? everyAccount(tx, scope) : memory.these(tx, accounts)) {
        const touches = new KeptTouches(names, sends);
        for (const { account, contacts, [basis]: packed } of rows) touches.add(account, contacts, packed);
        gatherer.add(touches, []);
      }
    },
    knowsEnds: lookbackDays === KEPT_LOOKBACK_DAYS && unit === 'account',
    async addEnded(gatherer, periods, converted) {
      const cycle = gatherer.cycle();
      const openAfter = cycle === null ? LAST_INSTANT : asOf - cycle;
      const ended = await memory.ended(tx, { basis, by, collapseSend });
      for (const period of periods) {
        const { over, open } = ended.in(period, openAfter, converted);
        gatherer.addEnded(period, { names, over, open });
      }
    },
    async othersTouched(period, accounts) {
      // Who was touched since a period began, and in it, is the same where the period is not over.
      if (period.to > asOf) return (await memory.ended(tx, { basis, by, collapseSend })).since(period.from, accounts);
      // Between quarters of an hour nobody has counted how many touches there were.
      return isOfQuarters(period, asOf) ? (await memory.contacts(tx)).accountsTouched(period, basis, accounts) : null;
    },
    async addCounted(gatherer, period, accounts) {
      for await (const rows of memory.these(tx, accounts))
        for (const { account, [basis]: packed } of rows) {
          const touches = touchesIn(packed, period);
          if (touches !== null) gatherer.addCounted(period, account, touches);
        }
    },
    async scored(accounts, scores) {
      for await (const rows of memory.these(tx, accounts))
        for (const row of rows) for (const one of scores) one.addKept(row.account, row);
    },
    async counts(period) {
      if (!isOfQuarters(period, asOf)) return log.counts(period);
      const counts = new Map<string, number>();
      for (const { day, name, quarters } of await memory.days(tx, basis)) {
        if (day <= period.from - DAY || day >= period.to) continue;
        let sum = 0;
        eachEntry(quarters, (quarter, touches) => {
          const at = day + quarter * QUARTER;
          if (at >= period.from && at < period.to) sum += touches;
        });
        const known = names[name] ?? NO_NAME;
        if (sum > 0) counts.set(known, (counts.get(known) ?? 0) + sum);
      }
      return counts;
    },
    async sent(period, zone) {
      const starts = daysOf(period, zone);
      if (!isOfQuarters(period, asOf) || starts.some(({ at }) => at % QUARTER !== 0)) return log.sent(period, zone);
      const [channels, campaigns] = [
        await keptStore.names(tx, brandId, 'channel'),
        await keptStore.names(tx, brandId, 'campaign'),
      ];
      return sentOf(await memory.days(tx, 'delivered'), { channels, campaigns }, period, starts);
    },
  };
}

/** By the id of a touch in the log: a message that was sent, a visit, or a message, what became of it, and an event. */
function scoredBy(id: string): Scored {
  if (id.startsWith('visit ')) return 'visited';
  const [, type = 'sent'] = id.split(' ');
  if (type === 'sent') return 'delivered';
  return type === 'replied' ? 'replied' : 'clicked';
}

async function* everyAccount(tx: Tx, { brandId }: SourceScope): AsyncGenerator<KeptAccount[]> {
  let after: string | null = null;
  for (;;) {
    const rows: KeptAccount[] = await keptStore.accountsAfter(tx, brandId, after, PART_ACCOUNTS);
    if (rows.length === 0) return;
    after = rows.at(-1)?.account ?? null;
    yield rows;
  }
}

/** Nothing after `asOf` is kept, so a period that ends later ends with it. */
function isOfQuarters({ from, to }: GatherPeriod, asOf: EpochMs): boolean {
  return from % QUARTER === 0 && (to % QUARTER === 0 || to > asOf);
}

interface LocalDay {
  readonly at: EpochMs;
  readonly day: string;
}

function daysOf({ from, to }: GatherPeriod, zone: Zone): LocalDay[] {
  const days: LocalDay[] = [];
  for (
    let day = DateTime.fromMillis(from, { zone }).startOf('day');
    day.toMillis() < to;
    day = day.plus({ days: 1 }).startOf('day')
  )
    days.push({ at: day.toMillis(), day: day.toISODate() ?? '' });
  return days;
}

/** By the names of what was sent, and days of a zone. Each day of UTC has hours of a few of them. */
function sentOf(
  kept: Iterable<KeptDay>,
  { channels, campaigns }: Readonly<Record<'channels' | 'campaigns', readonly (string | null)[]>>,
  period: GatherPeriod,
  starts: readonly LocalDay[],
): SentMessages[] {
  const found = new Map<string, SentMessages>();
  for (const { day: start, name, quarters } of kept) {
    if (start <= period.from - DAY || start >= period.to) continue;
    const days = new Map<string, number>();
    eachEntry(quarters, (quarter, _touches, messages) => {
      const at = start + quarter * QUARTER;
      if (messages === 0 || at < period.from || at >= period.to) return;
      const day = dayAt(starts, at);
      days.set(day, (days.get(day) ?? 0) + messages);
    });
    const [channel, campaign] = [channels[name] ?? '', campaigns[name] ?? null];
    for (const [day, messages] of days) {
      const key = JSON.stringify([day, channel, campaign]);
      const sum = (found.get(key)?.messages ?? 0) + messages;
      found.set(key, { day, channel, campaign, provider: null, messages: sum, units: sum });
    }
  }
  return [...found.values()].sort(byDay);
}

/** By halving. */
function dayAt(starts: readonly LocalDay[], at: EpochMs): string {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle]?.at ?? Infinity) <= at) low = middle;
    else high = middle;
  }
  return starts[low]?.day ?? '';
}

export function byDay(a: SentMessages, b: SentMessages): number {
  const key = ({ day, channel, campaign, provider }: SentMessages): string[] => [
    day,
    channel,
    campaign ?? '',
    provider ?? '',
  ];
  const [left, right] = [key(a), key(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at < 0 ? 0 : Buffer.compare(Buffer.from(left[at] ?? ''), Buffer.from(right[at] ?? ''));
}

import { DAY } from '#lib/attribution';
import type { EpochMs } from '#lib/kernel';
import { toIso } from '#lib/platform';
import type { MoneyAsked, MoneyQuery } from './money-query.js';

/**
 * A year of paths by channel, what every contact was sent, and what was done with contents; the paths that accounts ended with
 * by content, and with one touch for all who were sent the same, which are the longest to read. Whoever read it has what other
 * reports go on from.
 */
export function warmQueries(now: EpochMs): {
  readonly asked: Omit<MoneyAsked, 'brandId'>;
  readonly queries: readonly MoneyQuery[];
} {
  const to = Math.ceil(now / DAY) * DAY;
  const from = to - 365 * DAY;
  const days = { from: toIso(from).slice(0, 10), to: toIso(to - 1).slice(0, 10) };
  return {
    asked: { asOf: null, zone: 'Etc/UTC', from, to, days },
    queries: [
      { ...PATHS, reads: 'all', activity: ['contacts'] },
      { ...PATHS, reads: 'nothing', activity: ['engagements'], figures: 'contents' },
      { ...PATHS, by: 'content', reads: 'all' },
      { ...PATHS, by: 'content', reads: 'all', collapseSend: true },
    ],
  };
}

const PATHS: MoneyQuery = {
  ...{ by: 'channel', of: 'won', event: null, basis: 'delivered', unit: 'account', lookbackDays: 90, reset: false },
  ...{ halfLifeDays: 7, currency: 'EUR', model: 'linear' },
};

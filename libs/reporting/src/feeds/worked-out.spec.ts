import { describe, expect, it } from '@jest/globals';
import type { BrandId } from '#lib/kernel';
import type { Database } from '#lib/platform';
import type { MoneyService } from '../money/money.service.js';
import type { MonthsService } from '../money/months.service.js';
import { feedSet } from './domain/feed-set.js';
import { parseFilter } from './domain/filter.js';
import { WorkedOutFeeds } from './worked-out.service.js';

describe('credits that are worked out', () => {
  const asked: { months: number; models: number; most: number }[] = [];
  const credits = (answer: [] | null): Pick<MonthsService, 'credits'> => ({
    credits(_asked, months, _query, models, most) {
      asked.push({ months: months.length, models: models.length, most });
      return Promise.resolve(answer);
    },
  });
  const scope = { brandId: 'brand' as BrandId, zone: 'Etc/UTC', asOf: Date.UTC(2026, 10, 28) };
  const rows = (filter: string, answer: [] | null = []) => {
    asked.length = 0;
    const feeds = new WorkedOutFeeds({} as Database, {} as MoneyService, credits(answer) as MonthsService);
    return feeds.rows('Credits', scope, filter === '' ? null : parseFilter(filter, feedSet('Credits')));
  };

  it('are of twelve months, two dimensions and nine models where nothing is said', async () => {
    expect(await rows('')).toEqual([]);
    expect(asked).toEqual(Array.from({ length: 2 }, () => ({ months: 12, models: 9, most: 5_555 })));
  });

  it('may be more where less is asked for', async () => {
    await rows("From ge 2026-10-01T00:00:00Z and Model eq 'linear' and Dimension eq 'channel'");
    expect(asked).toEqual([{ months: 2, models: 1, most: 100_000 }]);
    await rows("Model in ('markov_1','shapley_rate')");
    expect(asked).toEqual([]);
  });

  it('are refused when they are too many, with what to ask for instead', async () => {
    await expect(rows('', null)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/more than 100000 credits.*months.*Model.*Dimension/),
    });
  });
});

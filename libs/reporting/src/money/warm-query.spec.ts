import { describe, expect, it } from '@jest/globals';
import { warmQueries } from './warm-query.js';

describe('what is read ahead', () => {
  it('is how accounts ended by channel and by content, and by content with one touch for all who were sent the same', () => {
    const { queries } = warmQueries(Date.UTC(2026, 5, 1));
    const ended = queries
      .filter(({ reads, unit, lookbackDays }) => reads === 'all' && unit === 'account' && lookbackDays === 90)
      .map(({ by, collapseSend = false }) => `${by} ${collapseSend}`);
    expect(ended).toEqual(['channel false', 'content false', 'content true']);
  });
});

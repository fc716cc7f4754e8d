import { expect, it } from '@jest/globals';
import { AttributionQuery } from './money-query.js';
import { linked } from './money-links.js';

it('a figure of the past leads to the touches that were known then, and one of now to those of now', () => {
  const asked = AttributionQuery.parse({ from: '2026-03-01', to: '2026-03-31', zone: 'Etc/UTC' });
  const past = linked({ ...asked, asOf: Date.parse('2026-04-01T10:00:00Z') });
  expect(past).toMatchObject({ from: '2026-03-01', by: 'channel', asOf: '2026-04-01T10:00:00.000Z' });
  expect(linked(asked)).not.toHaveProperty('asOf');
});

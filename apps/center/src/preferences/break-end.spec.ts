import { expect, it } from '@jest/globals';
import { Times } from '#lib/platform';
import { breakEnd } from './break-end.js';

/** The evening of 28 November in Berlin, the day after in Tokyo. */
const NOW = Date.parse('2026-11-28T16:45:00Z');
const by = (zone: string): Times => new Times('en', zone, NOW);
const [berlin, tokyo] = [by('Europe/Berlin'), by('Asia/Tokyo')];

it.each([
  ['counts days by the clock of the page', '30', berlin, berlin, null, '2026-12-28T23:00:00Z'],
  ['and ends them where the form says that they live', '30', berlin, tokyo, null, '2026-12-28T15:00:00Z'],
  ['counts from the day on which the page was written, though its person lives elsewhere since', '30', tokyo, tokyo, '2026-11-28', '2026-12-28T15:00:00Z'], // prettier-ignore
  ['or it is sent after midnight', '90', berlin, berlin, '2026-11-27', '2027-02-25T23:00:00Z'],
  ['but not from one more than a week ago', '30', berlin, berlin, '2026-11-20', '2026-12-28T23:00:00Z'],
  ['nor from one that has not come', '30', berlin, berlin, '2026-11-30', '2026-12-28T23:00:00Z'],
  ['takes a last day as it is', '2026-12-01', tokyo, berlin, '2026-11-28', '2026-12-01T23:00:00Z'],
])('%s', (_what, length, shown, chosen, writtenOn, end) => {
  expect(breakEnd(length, { shown, chosen }, NOW, writtenOn)).toBe(Date.parse(end));
});

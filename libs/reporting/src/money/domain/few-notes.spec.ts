import { describe, expect, it } from '@jest/globals';
import { count, known, notAvailable, type Report, text } from '../../domain/report.js';
import { withoutFewNotes } from './few-notes.js';

const reportOf = (processing: number | null, waits: Readonly<Record<string, number>>): Report => ({
  key: 'exits',
  period: { from: 0, to: 1, of: 'cohort' },
  zone: 'Etc/UTC',
  parameters: {},
  columns: [text('campaign'), count('processing')],
  rows: [],
  total: { cells: [known(''), processing === null ? notAvailable('too_few') : known(processing)] },
  dataThrough: 1,
  ledgerPosition: 0,
  notes: [
    { key: 'exits_add_up', values: {} },
    ...Object.entries(waits).map(([reason, messages]) => ({ key: `waits.${reason}`, values: { messages } })),
  ],
});

describe('what messages wait for, beneath a table', () => {
  it.each([
    ['is told of many', 12, { quiet_hours: 5, paused: 7 }, ['quiet_hours', 'paused']],
    ['is not told of few', 2, { quiet_hours: 2 }, []],
    ['is not told of few, nor with the next from which it follows', 20, { quiet_hours: 2, paused: 7, warm_up: 11 }, ['warm_up']], // prettier-ignore
    ['is not told of few beside those who wait for nothing', 30, { quiet_hours: 2, paused: 17 }, ['paused']],
    ['is not told where all but few wait for it', 9, { quiet_hours: 7 }, []],
    ['is not told of few where the table tells nothing', null, { quiet_hours: 1, paused: 3 }, []],
  ])('%s', (_what, processing, waits, wanted) => {
    const { notes } = withoutFewNotes(reportOf(processing, waits));
    expect(notes.map(({ key }) => key)).toEqual(['exits_add_up', ...wanted.map((reason) => `waits.${reason}`)]);
  });
});

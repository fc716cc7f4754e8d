import { describe, expect, it } from '@jest/globals';
import type { BacktestReport, Tally } from '#lib/sending';
import { backtestHtml } from './backtest-html.js';
import { backtestText } from './backtest-text.js';

const tally = (sent: number, would: number, later = 0): Tally => ({
  messages: sent + 1,
  happened: { sent, held: 0, dropped: 1 },
  would: { sent: would, held: 1, dropped: sent - would },
  lost: sent - would,
  gained: 0,
  later,
});

const report: BacktestReport = {
  policy: { key: 'draft', version: 0 },
  from: Date.UTC(2026, 10, 2),
  to: null,
  decisions: 6_002,
  erased: 3,
  unjudged: 7,
  unjudgedBecause: [{ doubt: 'caps', messages: 7, sentence: 'a cap looks further back' }],
  complete: false,
  total: tally(3_000, 2_400, 5),
  campaigns: [
    { key: null, ...tally(1_000, 900) },
    { key: '<b>&"spring"', ...tally(2_000, 1_500, 5) },
  ],
  channels: [{ key: 'email', ...tally(3_000, 2_400, 5) }],
  weeks: [
    { key: '2026-W45', ...tally(2_000, 1_500) },
    { key: '2026-W46', ...tally(1_000, 900, 5) },
  ],
  reasons: [{ key: 'frequency_cap', happened: 1, would: 601 }],
  apart: [{ reason: 'holdout', messages: 4, sentence: 'their contacts are left alone for comparison' }],
  assumptions: ['Every hand-over is taken to succeed.'],
};
const nothing: BacktestReport = { ...report, total: tally(0, 0), campaigns: [], channels: [], weeks: [], reasons: [] };

describe('a backtest in a terminal', () => {
  const text = backtestText(report);

  it('begins with what the draft would have cost, of what, and of how many nobody can be sure', () => {
    expect(text.split('\n')[0]).toBe(
      'Of 3,000 messages sent, 600 (20.0 %) would not have been under the draft; 5 would have been sent later, and 0 besides that were not. 6,002 decisions, 2026-11-02 00:00 UTC to now. There were more decisions than were read: the figures are about the first of them. 7 messages could not be judged for certain because a cap looks further back. 4 messages that were not to be tried are counted apart, because their contacts are left alone for comparison. 3 decisions about people who were erased are left out.',
    );
    expect(backtestText({ ...report, policy: { key: 'calm', version: 0 } })).toContain('under the draft calm;');
    expect(backtestText(nothing)).toContain('Nothing was sent in the period.');
  });

  it('has a table by campaign, channel and week, with text left and figures right, and the whole below each', () => {
    const tables = text.split('\n\n').map((part) => part.split('\n'));
    const byWeek = tables.find(([head]) => head?.startsWith('by week')) ?? [];
    expect(byWeek.map((line) => line.split(/\s{2,}/))).toEqual([
      [
        'by week',
        'messages',
        'sent',
        'would',
        'lost',
        'lost %',
        'gained',
        'later',
        'held',
        'would',
        'dropped',
        'would',
      ],
      ['2026-W45', '2001', '2000', '1500', '500', '25.0 %', '0', '0', '0', '1', '1', '500'],
      ['2026-W46', '1001', '1000', '900', '100', '10.0 %', '0', '5', '0', '1', '1', '100'],
      ['total', '3001', '3000', '2400', '600', '20.0 %', '0', '5', '0', '1', '1', '600'],
    ]);
    expect(new Set(byWeek.map((line) => line.length)).size).toBe(1);
    expect(tables.map(([head]) => head?.split(/\s{2,}/)[0])).toEqual(
      expect.arrayContaining([
        'by campaign',
        'by channel',
        'not sent, by reason',
        '- Every hand-over is taken to succeed.',
      ]),
    );
  });

  it('has no share of nothing', () => expect(backtestText(nothing)).toContain('n/a'));
});

describe('a backtest as a page', () => {
  const html = backtestHtml(report);

  it('has a chart that says itself in words, two bars a week as long as what they stand for', () => {
    expect(html).toContain('role="img"');
    expect(html).toContain('2026-W45: 2000 sent, 1500 under the draft; 2026-W46: 1000 sent, 900 under the draft');
    const bars = [...html.matchAll(/<rect class="(\w+)" y="\d+" width="([\d.]+)%"/g)].map(([, kind, width]) => [
      kind,
      width,
    ]);
    expect(bars).toEqual([
      ['happened', '100.00'],
      ['would', '75.00'],
      ['happened', '50.00'],
      ['would', '45.00'],
    ]);
  });

  it('has the same figures as tables, and nothing in it that a key could smuggle in', () => {
    expect(html.match(/<table>/g)).toHaveLength(4);
    expect(html).toContain('<th scope="row">&#60;b&#62;&#38;&#34;spring&#34;</th>');
    expect(html).not.toContain('<b>');
    expect(html).toContain(
      '<tfoot><tr><th scope="row">Total</th><td>3,001</td><td>3,000</td><td>2,400</td><td>600</td><td>20.0 %</td>',
    );
    expect(html).not.toMatch(/<script|https?:/);
  });
});

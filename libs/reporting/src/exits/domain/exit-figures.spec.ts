import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BrandId } from '#lib/kernel';
import { type CountedExit, exitFigures, exitsOf, leftBy, NOT_LOST, STANDINGS, waysOut } from './exit-figures.js';
import { noteWord } from '../../words/report-words.js';
import { partsOf } from '../../domain/parts.js';
import { exitReport, hotspotOf } from './exit-report.js';
import { exitSankey, type SankeyWords } from './exit-sankey.js';

const line = fc.record({
  campaign: fc.constantFrom(null, 'a', 'b'),
  path: fc.constantFrom(null, 'x', 'y'),
  step: fc.constantFrom(null, '1', '2', '3', '4', '5'),
  channel: fc.constantFrom('email' as const, 'sms' as const),
  standing: fc.constantFrom(...STANDINGS),
  reason: fc.constantFrom(null, 'no_consent', 'frequency_cap'),
  messages: fc.nat(50),
});
const accepted = (lines: readonly CountedExit[]): number => lines.reduce((all, { messages }) => all + messages, 0);

const WORDS: SankeyWords = {
  title: 't',
  description: 'd',
  accepted: 'Accepted',
  others: 'others',
  least: 3,
  number: String,
  place: ({ campaign, path, step, channel }, isOne) =>
    [isOne ? '' : campaign, path, step, channel].filter(Boolean).join(' '),
  way: ({ standing, reason }) => `${standing} ${reason}`,
};

describe('the figures of where messages went', () => {
  it('say that what came in is in between, sent or out for one reason each, in every row and in the sum', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const figures = exitFigures({ lines, accepted: accepted(lines) });
        for (const row of [...figures.rows, figures.total]) {
          expect(row.inflow).toBe(row.processing + row.sent + exitsOf(row));
          expect(waysOut(figures).reduce((all, way) => all + leftBy(row, way), 0)).toBe(exitsOf(row));
        }
        expect(figures.rows.reduce((all, { inflow }) => all + inflow, 0)).toBe(figures.total.inflow);
      }),
    );
  });

  it('are not shown when the parts are not the whole', () => {
    const lines: CountedExit[] = [
      { campaign: 'a', path: null, step: null, channel: 'email', standing: 'sent', reason: null, messages: 2 },
    ];
    expect(() => exitFigures({ lines, accepted: 3 })).toThrow('3 messages were accepted, and 2 stand somewhere');
  });

  it('are the same in whatever order they were counted', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const whole = { accepted: accepted(lines) };
        const there = JSON.stringify(exitFigures({ lines, ...whole }));
        expect(JSON.stringify(exitFigures({ lines: [...lines].reverse(), ...whole }))).toBe(there);
      }),
    );
  });

  it('are drawn so that what flows into each node flows out of it', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const figures = exitFigures({ lines, accepted: accepted(lines) });
        const chart = exitSankey(figures, WORDS);
        if (chart === null) return expect(figures.total.inflow).toBe(0);
        const flow = (id: string, end: 'from' | 'to'): number =>
          chart.links.filter((link) => link[end] === id).reduce((all, { value }) => all + value, 0);
        expect(flow('accepted', 'from')).toBe(figures.total.inflow);
        for (const { id, depth } of chart.nodes) if (depth === 1) expect(flow(id, 'to')).toBe(flow(id, 'from'));
        const out = chart.nodes.filter(({ depth }) => depth === 2).map(({ id }) => flow(id, 'to'));
        expect(out.reduce((all, one) => all + one, 0)).toBe(figures.total.inflow);
        expect(chart.nodes.filter(({ depth }) => depth === 1).length).toBeLessThanOrEqual(12);
        // Nobody is left over in a node of few, but where all are few.
        for (const { id, depth } of chart.nodes)
          if (depth === 1) expect(flow(id, 'to')).toBeGreaterThanOrEqual(Math.min(3, figures.total.inflow));
      }),
    );
  });

  it('are drawn by place, or where those are too many by campaign, and beyond the largest together', () => {
    const drawn = (campaigns: number, steps: number) => {
      const lines = Array.from({ length: campaigns * steps }, (_, i): CountedExit => ({
        ...{ campaign: `c${i % campaigns}`, path: null, step: `s${i % steps}`, channel: 'email' },
        ...{ standing: 'sent', reason: null, messages: i === 3 ? 50 : 10 },
      }));
      const chart = exitSankey(exitFigures({ lines, accepted: accepted(lines) }), WORDS);
      return chart?.nodes.filter(({ depth }) => depth === 1).map(({ label }) => label);
    };
    expect(drawn(1, 2)).toEqual(['10 s0 email', '10 s1 email']);
    expect(drawn(2, 3)).toEqual(expect.arrayContaining(['10 c0 s0 email', '50 c1 s0 email']));
    expect(drawn(2, 7)).toEqual(['70 c0 email', '110 c1 email']);
    // Fourteen steps of one campaign, and thirteen campaigns: eleven are drawn, the largest among them.
    for (const [few, least] of [
      [drawn(1, 14), '50 s3 email'],
      [drawn(13, 2), '60 c3 email'],
    ] as const) {
      expect([few?.length, few?.at(-1)]).toEqual([12, expect.stringMatching(/^\d+ others$/)]);
      expect(few).toContain(least);
    }
  });

  it('have a drop-off of those alone who were to be reached and were not, and say of which', () => {
    const ways: [string, string | null, number, number?][] = [
      ['sent', null, 70],
      ['processing', null, 5],
      ['dropped', 'no_contact_point', 6, 4],
      ['dropped', 'no_consent', 3],
      ['failed', 'provider_rejected', 1],
      ['unknown', null, 1],
      ['dropped', 'holdout', 12],
      ['dropped', 'reached_on_other_channel', 2, 2],
    ];
    const lines = ways.map(([standing, reason, messages, reached]): CountedExit => ({
      ...{
        campaign: 'a',
        path: null,
        step: null,
        channel: 'email',
        messages,
        reason,
        ...(reached !== undefined && { reached }),
      },
      standing: standing as CountedExit['standing'],
    }));
    const asked = { brandId: 'b' as BrandId, from: 0, to: 1, zone: 'Etc/UTC', asOf: null };
    const days = { from: '2027-01-01', to: '2027-01-31' };
    const all = { campaign: undefined, path: undefined, step: undefined, channel: undefined, messages: undefined };
    const figures = exitFigures({ lines, accepted: accepted(lines) });
    const report = exitReport(figures, asked, { ...all, days }, { readAt: 1, ledgerSize: 0 });
    const valueOf = (key: string) => {
      const cell = report.total?.cells[report.columns.findIndex((column) => column.key === key)];
      return cell !== undefined && 'value' in cell ? Number(cell.value) : Number.NaN;
    };
    expect(['inflow', 'exit', 'reached_otherwise', 'lost', 'drop_off'].map(valueOf)).toEqual([100, 25, 4, 7, 0.07]);
    const [whole, ...others] = partsOf(report, 'lost');
    expect(others).toEqual([...NOT_LOST.map((reason) => `dropped.${reason}`), 'reached_otherwise']);
    expect(valueOf(whole ?? '') - others.reduce((sum, key) => sum + valueOf(key), 0)).toBe(valueOf('lost'));
    expect(partsOf(report, 'drop_off')).toEqual(['lost', 'inflow']);
  });

  it('name the place at which most were lost, which nobody is who was reached otherwise or never to be', () => {
    const of = (step: string, reason: string, messages: number): CountedExit => ({
      ...{ campaign: 'a', path: null, step, channel: 'sms', standing: 'dropped', reason, messages },
    });
    const hotspot = (...lines: CountedExit[]) => hotspotOf(exitFigures({ lines, accepted: accepted(lines) }));
    const others = [of('1', 'reached_on_other_channel', 58), of('1', 'holdout', 70)];
    const [note] = hotspot(...others, of('2', 'no_consent', 3));
    expect(note).toEqual({ key: 'hotspot', values: { channel: 'sms', place: 'a · 2', exits: 3 } });
    expect(note === undefined ? '' : noteWord(note, 'en')).toBe('Most messages were lost here: SMS, a · 2: 3.');
    expect(hotspot(...others)).toEqual([]);
    const [other] = hotspot({ ...of('1', 'no_contact_point', 9), reached: 8 }, of('2', 'no_consent', 3));
    expect(other?.values).toEqual({ channel: 'sms', place: 'a · 2', exits: 3 });
  });
});

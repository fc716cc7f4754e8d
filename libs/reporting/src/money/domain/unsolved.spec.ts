import { describe, expect, it } from '@jest/globals';
import { PathTableBuilder, seededDraw } from '#lib/attribution';
import { itInLongForm } from '../../../../../test/support/form.js';
import { sourcesReport } from '../../activity/domain/sources-report.js';
import type { Report, ReportCell } from '../../domain/report.js';
import { moneyDataOf } from '../../testing/money-data.js';
import { attributionReport, modelsReport } from './attribution-report.js';
import { campaignsReport } from './campaigns-report.js';
import { creditsOf, shareAt, shareOf } from './credit.js';
import type { MoneyData } from './frame.js';

const NAMES = 24;
const SHAPE = { by: 'content', show: 'value', weights: null, intervals: true, link: {} } as const;
const NOT_SOLVED = { notAvailable: 'not_solved' };

/** People who read 24 contents in any order: a chain of third order goes in circles among tens of thousands of windows. */
function anyOrder(): MoneyData {
  const draw = seededDraw(7);
  const table = new PathTableBuilder();
  for (let i = 0; i < 8_000; i++) {
    const path = Array.from({ length: 15 }, () => `content-${Math.floor(draw() * NAMES)}`);
    table.add({ path, conversions: Number(i === 0), value: i === 0 ? 100 : 0, nulls: Number(i > 0) });
  }
  const data = moneyDataOf([]);
  const won = { id: 'w', value: 100, amount: 100, at: 0, missing: [], contact: null, campaign: null };
  const conversions = [{ conversion: won as never, touches: 15, path: ['content-0'] }] as never;
  return { ...data, paths: { ...data.paths, table: table.build(), conversions } };
}

const cellsOf = ({ columns, rows }: Report, key: string): (ReportCell | undefined)[] => {
  const at = columns.findIndex((column) => column.key === key);
  expect([key, at]).not.toEqual([key, -1]);
  return rows.slice(0, NAMES).map(({ cells }) => cells[at]);
};

describe('a model that takes too long among so many names', () => {
  const data = anyOrder();

  it('is not available, and says so, where the others are', () => {
    const report = attributionReport(data, { ...SHAPE, models: ['linear', 'markov_1', 'markov_3'], model: 'markov_3' });
    expect(cellsOf(report, 'markov_3')).toEqual(Array(NAMES).fill(NOT_SOLVED));
    for (const key of ['interval_low', 'interval_high'])
      expect(cellsOf(report, key)).toEqual(Array(NAMES).fill(NOT_SOLVED));
    for (const key of ['linear', 'markov_1']) {
      const values = cellsOf(report, key).map((cell) => (cell !== undefined && 'value' in cell ? cell.value : NaN));
      expect(values.reduce<number>((sum, value) => sum + Number(value), 0)).toBe(100);
    }
    expect(report.total?.cells.at(4)).toMatchObject({ value: 100 });
  });

  it('has no interval where drawing it takes too long, and has numbers all the same', () => {
    const report = attributionReport(data, { ...SHAPE, models: ['markov_2'], model: 'markov_2' });
    expect(cellsOf(report, 'interval_low')).toEqual(Array(NAMES).fill(NOT_SOLVED));
    expect(cellsOf(report, 'markov_2')).not.toContainEqual(NOT_SOLVED);
  });

  itInLongForm('is no lowest and no highest one', () => {
    const report = modelsReport(data, { ...SHAPE, models: ['linear', 'markov_3', 'first_touch'] });
    const named = [...cellsOf(report, 'lowest_model'), ...cellsOf(report, 'highest_model')];
    expect(named).not.toContainEqual(expect.objectContaining({ value: 'markov_3' }));
    expect(report.notes[0]).toEqual({ key: 'spread', values: { models: 2 } });
    const alone = modelsReport(data, { ...SHAPE, models: ['markov_3'] });
    expect(cellsOf(alone, 'spread')).toEqual(Array(NAMES).fill(NOT_SOLVED));
  });

  itInLongForm('gives no campaign and no channel 0', () => {
    const campaigns = campaignsReport(data, 'markov_3', {});
    const links = { engagements: {}, touches: {} };
    const sources = sourcesReport(data, { model: 'markov_3', lookbackDays: 90, links });
    for (const report of [campaigns, sources])
      for (const key of ['conversions', 'revenue']) expect(cellsOf(report, key)).toEqual(Array(NAMES).fill(NOT_SOLVED));
  });

  it('has no touches behind it', () => {
    const credits = creditsOf(data.paths.table, data.paths.conversions, ['linear', 'markov_3'], [], 1_000_000);
    expect([...credits.unsolved]).toEqual(['markov_3']);
    expect(shareAt(credits, 'markov_3', 0).isUnsolved).toBe(true);
    expect(shareAt(credits, 'linear', 0).isUnsolved).toBeUndefined();
    expect(() => shareOf(credits, 'markov_3', 'content-0')).toThrow('Ask for another');
    expect(shareOf(credits, 'linear', null)).toMatchObject({ value: 100 });
  });
});

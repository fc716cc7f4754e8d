import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { MODELS } from '#lib/attribution';
import { CommandEnd } from '../command.js';
import { run as attribute } from './attribute.js';
import { run as touchPaths } from './touch-paths.js';

type Amounts = Record<string, number>;
interface Answer {
  readonly models: Record<string, { conversions: Amounts; value: Amounts; interval?: { low: Amounts; high: Amounts } }>;
  readonly unattributed: Record<'conversions' | 'value' | 'nulls', number>;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'attribute-'));
const docs = fs.readFileSync(path.resolve(import.meta.dirname, '../../../../docs/attribution.md'), 'utf8');
/** What commands printed, and what they wrote as a stream. */
const said: string[] = [];
const written: string[] = [];
const { log } = console;
const { stdout, stderr } = process;
const streams = [stdout, stderr].map((stream) => ({ stream, write: stream.write.bind(stream) }));
const note = (text: unknown): boolean => written.push(String(text)) > 0;
beforeEach(() => {
  said.length = written.length = 0;
  console.log = (text: string) => void said.push(text);
  for (const { stream } of streams) stream.write = note;
});
afterEach(() => {
  console.log = log;
  for (const { stream, write } of streams) stream.write = write;
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  fs.writeFileSync(place, text);
  return place;
}

async function json(...argv: string[]): Promise<Answer> {
  expect(await attribute([...argv, '--json'])).toBe(0);
  return JSON.parse(said.at(-1) ?? '') as Answer;
}

async function endOf(command: Promise<number> | (() => Promise<number>)): Promise<CommandEnd> {
  try {
    await (typeof command === 'function' ? command() : command);
  } catch (error) {
    if (error instanceof CommandEnd) return error;
    throw error;
  }
  throw new Error('it did not end');
}

const EXAMPLE = file('example.csv', /```csv\n([^`]+)```/.exec(docs)?.[1] ?? '');

describe('consentctl attribute', () => {
  it('prints what the documentation says of its example, by every model', async () => {
    const rows = [...docs.matchAll(/^\| `(\w+)` \| ([\d. |]+) \|$/gm)].map(
      ([, model = '', cells = '']) => [model, cells.split(' | ').map(Number)] as const,
    );
    expect(rows.map(([model]) => model)).toEqual([...MODELS]);
    const { models, unattributed, ...others } = await json(EXAMPLE);
    expect(others).toEqual({});
    expect(Object.keys(models)).toEqual([...MODELS]);
    for (const [model, cells] of rows) {
      const { conversions = {}, value = {} } = models[model] ?? {};
      expect(Object.keys(conversions)).toEqual(['ads', 'direct', 'email']);
      const found = [...Object.values(conversions), ...Object.values(value)];
      expect([model, ...found.map((n) => Number(n.toFixed(4)))]).toEqual([model, ...cells]);
    }
    expect(unattributed).toEqual({ conversions: 1, value: 10, nulls: 2 });
    expect(written).toEqual([
      'w_shaped, full_path: 1 of 4 rows with conversions say no milestones; what they leave is scaled to the whole.\n',
    ]);
  });

  it('prints numbers in full, and channels by any name', async () => {
    const paths = file('names.csv', '\u{feff}path,conversions\r\n__proto__ > constructor > "quoted",1\r\n,2\r\n');
    const { models, unattributed } = await json(paths, '--models', 'linear');
    expect(said.at(-1)).toContain(
      '{"\\"quoted\\"":0.3333333333333333,"__proto__":0.3333333333333333,"constructor":0.3333333333333333}',
    );
    expect(Object.keys(models)).toEqual(['linear']);
    expect(unattributed).toEqual({ conversions: 2, value: 0, nulls: 0 });
  });

  it('does as its options say', async () => {
    const orders = await json(EXAMPLE, '--orders', '1,3');
    expect(Object.keys(orders.models)).toEqual(MODELS.filter((model) => model !== 'markov_2'));
    const some = await json(EXAMPLE, '--models', 'markov, linear', '--orders', '2');
    expect(Object.keys(some.models)).toEqual(['linear', 'markov_2']);
    const slow = await json(EXAMPLE, '--models', 'time_decay', '--half-life', '14');
    const w = Math.SQRT1_2;
    const ads = (2 * w) / (0.5 + w + 1) + w / (w + 1) + 1 / (1 + w + 0.5) + 1;
    expect(slow.models['time_decay']?.conversions['ads']).toBeCloseTo(ads, 12);
    const j = await json(EXAMPLE, '--models', 'position_based', '--position', '20,20,60');
    expect(j.models['position_based']?.conversions['direct']).toBeCloseTo(1.2, 12);
    const direct = await json(EXAMPLE, '--models', 'last_non_direct', '--direct', 'ADS,Direct');
    expect(direct.models['last_non_direct']?.conversions).toEqual({ ads: 1, direct: 0, email: 4 });
  });

  it('says what it cannot count, and gives an answer of paths that go in circles', async () => {
    const huge = await endOf(() => attribute([file('huge.csv', 'path,conversions\na,1e308\nb,1e308\n')]));
    expect([huge.exitCode, huge.message]).toEqual([1, expect.stringContaining('line 2: adds up')]);
    const around = file('circle.csv', `path,conversions,nulls\n${'a>b>c>'.repeat(40_000)},1,0\nd>a>c,1,1\n`);
    const { models } = await json(around, '--models', 'markov');
    for (const order of [1, 2, 3]) {
      const credits = Object.values(models[`markov_${order}`]?.conversions ?? {});
      expect(credits.reduce((sum, one) => sum + one, 0)).toBeCloseTo(2, 9);
    }
  });

  it('says which models there are too many channels for', async () => {
    const wide = file('wide.csv', `path,conversions\n${Array.from({ length: 209_000 }, (_, i) => i).join('>')},1\n`);
    const end = await endOf(() => attribute([wide, '--models', 'markov_3']));
    expect([end.exitCode, end.message]).toEqual([2, expect.stringContaining('ask for a lower order')]);
  });

  it('adds intervals, the same for the same seed', async () => {
    const first = await json(EXAMPLE, '--models', 'linear,time_decay', '--intervals', '50');
    const { low, high } = first.models['linear']?.interval ?? { low: {}, high: {} };
    expect(low['ads']).toBeLessThan(2.5);
    expect(high['ads']).toBeGreaterThan(2.5);
    expect(first.models['time_decay']?.interval).toBeUndefined();
    expect(await json(EXAMPLE, '--models', 'linear,time_decay', '--intervals', '50')).toEqual(first);
    expect(await json(EXAMPLE, '--models', 'linear,time_decay', '--intervals', '50', '--seed', '2')).not.toEqual(first);
  });

  it('applies a weight set that two roles have signed, and no other', async () => {
    const signedOff = ['marketing', 'sales'].map((role) => ({ role, name: `${role}'s`, at: '2026-03-01T09:00:00Z' }));
    const set = { name: 'agreed', version: 3, weights: { email: 3 }, otherwise: 1, signedOff };
    const { models } = await json(EXAMPLE, '--models', 'linear', '--weights', file('set.json', JSON.stringify(set)));
    expect(models['agreed@3']?.conversions['direct']).toBeCloseTo(2 / 5, 12);
    const alone = file('alone.json', JSON.stringify({ ...set, signedOff: signedOff.slice(1) }));
    const end = await endOf(() => attribute([EXAMPLE, '--weights', alone]));
    expect([end.exitCode, end.message]).toEqual([1, expect.stringContaining('Two different roles')]);
  });

  it('prints a table for people that adds up', async () => {
    expect(await attribute([EXAMPLE])).toBe(0);
    const text = said.join('\n');
    expect(text).toMatch(/^together(\s+5\.00){13}$/m);
    expect(text).toMatch(/^together(\s+230\.00){13}$/m);
    expect(text).toContain('of paths without a touch: 1.00 conversions worth 10.00, 2.00 nulls; no channel has them');
  });

  it.each([
    [
      'a column that nobody knows',
      'path,conversion\na,1\n',
      [],
      1,
      /wrong\.csv, line 1: there is no column "conversion"/,
    ],
    ['a word for a number', 'path,conversions\na,1\nb,x\n', [], 1, /wrong\.csv, line 3: conversions is a decimal/],
    ['no text', '', [], 1, /wrong\.csv, line 1: the file is empty/],
    ['an unknown model', 'path,conversions\n', ['--models', 'magic'], 2, /there is no model "magic"/],
    ['an unknown order', 'path,conversions\n', ['--orders', '4'], 2, /--orders/],
    ['half a position', 'path,conversions\n', ['--position', '40,60'], 2, /--position/],
    ['no half-life', 'path,conversions\n', ['--half-life', '0'], 2, /--half-life/],
  ])('ends with a sentence and a code for %s', async (_name, text, options, code, sentence) => {
    const end = await endOf(() => attribute([file('wrong.csv', text), ...options]));
    expect([end.exitCode, end.message]).toEqual([code, expect.stringMatching(sentence)]);
  });

  it('ends with a sentence where there is no file', async () => {
    const end = await endOf(() => attribute([path.join(folder, 'nowhere.csv')]));
    expect([end.exitCode, end.message]).toEqual([1, expect.stringMatching(/nowhere\.csv: ENOENT/)]);
  });
});

describe('consentctl attribute, of numbers that are far apart', () => {
  it('tells by every chain what paths earned that hardly ever converted', async () => {
    const rare = file('rare.csv', 'path,conversions,value,nulls\na > b,1e-19,1e290,0\na,3,1,5\n');
    const { models } = await json(rare, '--models', 'markov_1,markov_2,markov_3,shapley_rate');
    for (const [model, { conversions, value }] of Object.entries(models)) {
      const sum = (numbers: Amounts) => Object.values(numbers).reduce((all, one) => all + one, 0);
      expect([model, sum(value) / 1e290, sum(conversions)]).toEqual([model, expect.closeTo(1, 9), expect.closeTo(3, 9)]);
    }
    const alone = await json(file('alone.csv', 'path,conversions,value,nulls\na > b,1e-19,1e290,0\n'), '--models', 'markov_1');
    expect(alone.models['markov_1']?.value).toEqual({ a: 5e289, b: 5e289 });
  }); // prettier-ignore

  it('ends with a sentence where no double holds what a chain needs', async () => {
    const least = file('least.csv', 'path,conversions,value,nulls\na > b,5e-324,1e290,0\n');
    const { exitCode, message } = await endOf(() => attribute([least, '--models', 'markov_1', '--json']));
    expect([exitCode, message, said]).toEqual([
      2,
      expect.stringMatching(/in other units, or ask for other models/),
      [],
    ]);
  });

  it('says so where columns seem to be divided by semicolons', async () => {
    const excel = file('excel.csv', 'path;conversions\na;1\n');
    expect((await endOf(() => attribute([excel]))).message).toMatch(/divided by commas\. .* divided by semicolons/);
    expect((await endOf(() => attribute([file('typo.csv', 'paths,conversions\na,1\n')]))).message).not.toMatch(/semicolons/); // prettier-ignore
  });
});

describe('consentctl touch-paths', () => {
  it('takes what was given back for a cost, and says how many touches are of nobody', async () => {
    const touches = file(
      'credit-notes.csv',
      'touch_id,account_id,contact_id,ts,channel,campaign,cost\n1,A,x,2026-01-01,email,,-12.5\n2,,y,2026-01-08,ads,,\n3,A,,2026-01-09,fair,,2\n',
    );
    const conversions = file('one.csv', 'conversion_id,account_id,ts,value\nc,A,2026-01-15,99.9\n');
    expect(await touchPaths([touches, conversions])).toBe(0);
    expect(written[0]).toContain('email > fair,1,99.9,0,');
    expect(written[0]).not.toContain('ads');
    expect(written.at(-1)).toBe('1 touches name no account and are on no path\n');
    written.length = 0;
    expect(await touchPaths([touches, conversions, '--unit', 'contact'])).toBe(0);
    expect(written.at(-1)).toBe('1 touches name no contact and are on no path\n');
    const wrong = file('no-cost.csv', 'touch_id,account_id,contact_id,ts,channel,cost\n1,A,x,2026-01-01,email,much\n');
    expect((await endOf(() => touchPaths([wrong, conversions]))).message).toMatch(/line 2: cost is a decimal/);
  });

  it('says where ages rise along a path that begins with the oldest touch', async () => {
    expect(await attribute([file('rising.csv', 'path,conversions,ages\na > b,1,3 > 12\na > b,1,12 > 3\n')])).toBe(0);
    expect(said.join('\n')).toContain('in 1 of 2 rows with conversions a later touch is said to be the older one');
  });

  it('writes what attribute reads', async () => {
    const touches = file(
      'touches.csv',
      'touch_id,account_id,contact_id,ts,channel,campaign,cost\n1,A,x,2026-01-01,email,"spring, late",1.5\n2,A,y,2026-01-08,ads,,\n3,B,z,2025-12-01,email,,\n',
    );
    const conversions = file('conversions.csv', 'conversion_id,account_id,ts,value\nc,A,2026-01-15,99.9\n');
    expect(await touchPaths([touches, conversions])).toBe(0);
    expect(written).toEqual([
      'path,conversions,value,nulls,ages,milestones\nemail > ads,1,99.9,0,14 > 7,cw=1\nemail,0,0,1,,\n',
      '1 conversions, 0 of them without a touch; 1 null paths; 0 account(s) open (a median of 14.0 days sales cycle)\n',
    ]);
    const answer = await json(file('paths.csv', written[0] ?? ''), '--models', 'time_decay');
    expect(answer.models['time_decay']?.value).toEqual({
      ads: expect.closeTo(66.6, 12),
      email: expect.closeTo(33.3, 12),
    });
    written.length = 0;
    await touchPaths([
      touches,
      conversions,
      '--dimension',
      'campaign',
      '--lookback-days',
      '7',
      '--unit',
      'contact',
      '--reset',
    ]);
    expect(written[0]).toContain('\n(none),1,99.9,0,7,cw=0\n');
  });

  it('names file and line of what is wrong', async () => {
    const touches = file('bad.csv', 'touch_id,account_id,contact_id,ts,channel\n1,A,x,yesterday,email\n');
    const end = await endOf(() => touchPaths([touches, touches]));
    expect([end.exitCode, end.message]).toEqual([1, expect.stringMatching(/bad\.csv, line 2: ts is a time/)]);
  });
});

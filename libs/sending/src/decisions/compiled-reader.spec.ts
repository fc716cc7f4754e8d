import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { instantInput } from '#lib/platform';
import { runs } from '../../../../test/support/runs.js';
import { compileReader, NOT_READ } from './compiled-reader.js';
import { CaseFrame } from './decision-case.js';

const examples = path.resolve(import.meta.dirname, '../../../../docs/schemas/examples');
const CASES = ['usual', 'every-member']
  .flatMap((name) => fs.readFileSync(path.join(examples, `${name}.cases.ndjson`), 'utf8').split('\n'))
  .filter((line) => line !== '' && CaseFrame.safeParse(jsonOf(line)).success);
const read = compileReader(CaseFrame);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every place of a JSON value, as a way to it. */
function placesOf(value: unknown, way: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([name, part]) => placesOf(part, [...way, name]))];
}

/** The value with something else, or nothing, at one place of it. */
function changed(value: unknown, [name, ...rest]: readonly (string | number)[], to: unknown): unknown {
  if (name === undefined) return to;
  const copy = (typeof value === 'object' && value !== null ? structuredClone(value) : {}) as Record<
    string | number,
    unknown
  >;
  const part = changed(copy[name], rest, to);
  if (part === undefined && rest.length === 0) delete copy[name];
  else copy[name] = part;
  return copy;
}

const ODD = ['', ' ', 'x', 'email', null, 0, -1, 1.5, 1e300, true, false, [], {}, [null], { x: 1 }, undefined, '2026-02-30T10:00:00Z', '2028-02-29T23:59:59.9999+14:00', '2026-01-01T00:00:00-00:30', '1969-12-31T23:59:59Z', '9989-12-31T23:59:59.999Z', '9990-01-01T00:00:00Z', '9989-12-31T23:59:59-00:01', '2026-01-01T24:00:00Z', '2026-01-01', 'x'.repeat(300), '+4930', 'DE', 'DE-BY', '21:00']; // prettier-ignore

describe('the compiled reader', () => {
  it('takes every case of the examples that the schema takes, as it does', () => {
    expect(CASES.length).toBeGreaterThan(3);
    for (const line of CASES) expect(read(JSON.parse(line))).toEqual(CaseFrame.parse(JSON.parse(line)));
  });

  it('takes nothing that the schema does not take, and reads what it takes as the schema does', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...CASES), fc.nat(), fc.constantFrom(...ODD), fc.boolean(), (line, n, odd, adds) => {
        const whole: unknown = JSON.parse(line);
        const places = placesOf(whole);
        const place = places[n % places.length] ?? [];
        const other = changed(whole, adds ? [...place, 'surplus'] : place, odd);
        const text = JSON.stringify(other) ?? 'null';
        const found = read(JSON.parse(text));
        if (found === NOT_READ) return;
        taken++;
        const asked = CaseFrame.safeParse(JSON.parse(text));
        expect({ text, success: asked.success }).toEqual({ text, success: true });
        expect(found).toEqual(asked.data);
      }),
      { numRuns: runs(3000) },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('reads an instant to the millisecond, in every spelling', () => {
    const instant = compileReader(z.strictObject({ at: instantInput }));
    const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'));
    const text = fc
      .tuple(fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1968, max: 2101 }) }, fc.integer({ min: 9988, max: 9999 })), two(13), two(32), two(24), two(60), two(60), fc.constantFrom('', '.5', '.12', '.123', '.9999', '.000000001'), fc.constantFrom('Z', '+00:00', '-00:00', '+05:45', '-11:30', '+23:59', '+24:00', 'z', '')) // prettier-ignore
      .map(([year, month, day, hour, minute, second, fraction, zone]) => `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${zone}`); // prettier-ignore
    let taken = 0;
    fc.assert(
      fc.property(text, (at) => {
        const found = instant({ at });
        const asked = instantInput.safeParse(at);
        if (found !== NOT_READ) taken++;
        expect([at, found === NOT_READ ? null : (found as { at: number }).at]).toEqual([at, asked.success ? asked.data : null]); // prettier-ignore
      }),
      { numRuns: runs(3000) },
    );
    expect(taken).toBeGreaterThan(0);
  });

  it('reads records and JSON inside JSON as the schema does', () => {
    const schema = z.strictObject({ more: z.record(z.string().min(1).max(3), z.json()) });
    const found = compileReader(schema);
    for (const more of [{}, { a: 1 }, { abc: [null, { d: [true, 'x', -0.5] }] }, { '': 1 }, { abcd: 1 }, [], null, 'x'])
      expect({ more, read: found({ more }) !== NOT_READ }).toEqual({ more, read: schema.safeParse({ more }).success });
  });

  it.each([
    ['other members', z.object({ a: z.string() })],
    ['a number that has a least', z.strictObject({ a: z.number().min(1) })],
    ['a list of fixed places', z.strictObject({ a: z.tuple([z.string(), z.number()]) })],
  ])('is not made of a schema that it does not know whole: %s', (_name, schema) => {
    expect(() => compileReader(schema)).toThrow(TypeError);
  });
});

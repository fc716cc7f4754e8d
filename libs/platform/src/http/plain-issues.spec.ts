import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { plainIssues } from './plain-issues.js';

const Shape = z.strictObject({ unit: z.enum(['day', 'week']), start: z.literal([1, 2]).optional() });
const Other = z.strictObject({ list: z.array(z.union([z.string(), Shape])) });
const named = z.record(z.string().regex(/^[a-z]+$/, 'must be lower-case letters'), z.int());

describe('what a value may be', () => {
  it.each<[string, z.ZodType, unknown, string[]]>([
    [
      'by the shape that was meant',
      z.union([z.string(), Shape]),
      { unit: 'day', start: 8 },
      ['/start Invalid option: expected one of 1|2'],
    ],
    [
      'by the shape of which least is wrong',
      z.union([Shape, Other]),
      { unit: 'month' },
      ['/unit Invalid option: expected one of "day"|"week"'],
    ],
    [
      'in shapes within shapes',
      z.union([z.null(), Other]),
      { list: ['a', { unit: 'day', start: 8 }] },
      ['/list/1/start Invalid option: expected one of 1|2'],
    ],
    ['where no shape was meant', z.union([z.string(), Shape]), 5, [' must be a string or an object']],
    [
      'where no literal was meant',
      z.union([z.literal(['all', 'none']), Shape]),
      'some',
      [' must be "all" or "none" or an object'],
    ],
    [
      'where a choice stands in a choice',
      z.union([z.union([z.boolean(), z.null()]), z.array(z.int())]),
      'x',
      [' must be true or false or null or an array'],
    ],
    ['of a name', z.strictObject({ of: named }), { of: { A: 1 } }, ['/of/A must be lower-case letters']],
    [
      'where the schema says it',
      Shape,
      { unit: 'x', more: 1 },
      ['/unit Invalid option: expected one of "day"|"week"', ' Unrecognized key: "more"'],
    ],
  ])('is said %s', (_name, schema, value, said) => {
    const issues = schema.safeParse(value).error?.issues.flatMap(plainIssues) ?? [];
    expect(issues.map(({ path, message }) => `${path.map((step) => `/${String(step)}`).join('')} ${message}`)).toEqual(
      said,
    );
  });
});

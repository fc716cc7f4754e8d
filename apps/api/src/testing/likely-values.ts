import { z } from 'zod';

/** As much of JSON Schema as our own schemas use. */
interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Shape | boolean;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Shape>>;
}

/** Texts that mean something somewhere, and are at an edge there. */
const TEXTS = [
  ...[
    'a',
    'newsletter',
    'spring',
    'ada',
    'email',
    'default',
    'de',
    'DE',
    'DE-BY',
    'Europe/Berlin',
    'EUR',
    'P1D',
    'PT1S',
  ],
  ...[
    '2026-11-26T13:00:00Z',
    '2026-11-26',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '08:00',
    '24:00',
    '99999-01',
  ],
  ...[
    'ada@people.example',
    '+4930123456',
    'https://a.example/x',
    'graph.example.com',
    '//',
    'http://[',
    'a'.repeat(300),
  ],
  ...[
    '019aa4d6-0c00-7000-8000-000000000000',
    '#7a1f5c',
    '{{x}}',
    '-----BEGIN',
    'AAAA',
    ' ',
    '😀',
    '%00',
    '1e400',
    '-0',
  ],
];
const NUMBERS = [0, 1, -1, 7, 100, 2_147_483_647, 2_147_483_648, 2 ** 53 - 1, 1e15, 0.5];

/**
 * Values that a schema of ours might let pass: right in form, and at the edges of what it says. What has a pattern is
 * drawn from texts that mean something, and now and then does not fit.
 * @param random answers numbers from 0 to 1
 */
export function likelyValues(schema: z.ZodType, random: () => number): () => unknown {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const pick = <T>(of: readonly T[]): T | undefined => of[Math.floor(random() * of.length)];
  const draw = (shape: Shape, depth: number): unknown => {
    if (shape.$ref !== undefined) return draw(root.$defs?.[shape.$ref.split('/').at(-1) ?? ''] ?? root, depth + 1);
    if (shape.const !== undefined) return shape.const;
    if (shape.enum !== undefined) return pick(shape.enum);
    const choices = shape.anyOf ?? shape.oneOf;
    if (choices !== undefined) return draw(pick(choices) ?? {}, depth + 1);
    if (shape.allOf !== undefined)
      return Object.assign({}, ...shape.allOf.map((part) => draw(part, depth + 1))) as object;
    if (shape.type === 'object') return drawObject(shape, depth);
    if (shape.type === 'array') {
      const length = depth > 6 ? 0 : Math.max(shape.minItems ?? 0, Math.floor(random() * 3));
      return Array.from({ length }, () => draw(shape.items ?? {}, depth + 1));
    }
    if (shape.type === 'boolean') return random() < 0.5;
    if (shape.type === 'null') return null;
    if (shape.type === 'number' || shape.type === 'integer') {
      return pick([...NUMBERS, shape.minimum ?? 0, shape.maximum ?? 1]);
    }
    if (shape.type === 'string')
      return pick([...TEXTS, 'x'.repeat(shape.minLength ?? 1), 'x'.repeat(Math.min(shape.maxLength ?? 1, 5000))]);
    return pick([1, 'x', null, {}, []]);
  };
  const drawObject = (shape: Shape, depth: number): object => {
    const members = Object.entries(shape.properties ?? {})
      .filter(([name]) => shape.required?.includes(name) === true || random() < (depth > 5 ? 0 : 0.5))
      .map(([name, of]): [string, unknown] => [name, draw(of, depth + 1)]);
    const { additionalProperties: more } = shape;
    if (typeof more === 'object' && depth < 6) members.push([pick(TEXTS) ?? 'a', draw(more, depth + 1)]);
    return Object.fromEntries(members);
  };
  return () => draw(root, 0);
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

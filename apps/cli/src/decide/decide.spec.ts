import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Decision, explainDecision } from '#lib/decision';
import { decisionSchemas, reference, toVerdict } from '#lib/sending';
import { AnswerStream } from './answer-stream.js';

const root = path.resolve(import.meta.dirname, '../../../..');
const schemas = path.join(root, 'docs/schemas');
const examples = path.join(schemas, 'examples');
const read = (name: string): string => fs.readFileSync(path.join(schemas, name), 'utf8');
const lines = (ndjson: string): unknown[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as unknown];
      } catch {
        return [];
      }
    });
const pairs = fs
  .readdirSync(examples)
  .filter((name) => name.endsWith('.cases.ndjson'))
  .map((name) => name.replace('.cases.ndjson', ''));

async function answersTo(cases: Readable, explain = false): Promise<{ lines: unknown[]; refused: number }> {
  const stream = new AnswerStream({ explain });
  const all = lines(await text(Readable.from(stream.answers(cases))));
  return { lines: all, refused: stream.refused };
}

/** Also the objects that may get new members in days to come have none today that is not described. */
const CLOSED = (node: { properties?: object; additionalProperties?: unknown }): void => {
  if (node.properties !== undefined) node.additionalProperties = false;
};

function validatorOf(name: string, change: (node: object) => void = () => undefined) {
  const schema = JSON.parse(read(name), (_key, node: unknown) => {
    if (typeof node === 'object' && node !== null) change(node);
    return node;
  }) as object;
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  formats.default(ajv);
  return ajv.compile(schema);
}

describe('the schemas of the batch door', () => {
  it.each(Object.entries(decisionSchemas()))('%s is published as the code has it', (name, schema) => {
    expect(JSON.parse(read(name))).toEqual(schema);
  });

  it.each(Object.entries(decisionSchemas()))(
    '%s says of every field what it means, with an example',
    (_name, schema) => {
      const { $defs } = schema as { $defs: Record<string, object> };
      const silent: string[] = [];
      let seen = 0;
      const walk = (node: unknown, place: string): void => {
        if (typeof node !== 'object' || node === null) return;
        for (const [name, field] of Object.entries((node as { properties?: Record<string, Field> }).properties ?? {})) {
          seen++;
          const target = field.$ref === undefined ? {} : $defs[field.$ref.replace('#/$defs/', '')];
          const { description, examples: shown, $ref } = { ...target, ...field };
          if (description === undefined || (shown === undefined && $ref === undefined)) silent.push(`${place}/${name}`);
        }
        for (const [name, part] of Object.entries(node))
          if (name !== 'examples' && name !== 'default') walk(part, `${place}/${name}`);
      };
      walk(schema, '');
      expect(silent).toEqual([]);
      expect(seen).toBeGreaterThan(25);
    },
  );

  it.each(pairs)('agree with the example %s', (name) => {
    const isCase = validatorOf('decision-case.schema.json');
    const isVerdict = validatorOf('decision-verdict.schema.json');
    const verdicts = lines(read(`examples/${name}.verdicts.ndjson`));
    for (const verdict of verdicts) expect([verdict, isVerdict(verdict)]).toEqual([verdict, true]);
    const wrong = verdicts.flatMap((verdict) => {
      const { id, error } = verdict as { id: string | null; error?: { code: string } };
      return error?.code === 'invalid_request' ? [id] : [];
    });
    for (const one of lines(read(`examples/${name}.cases.ndjson`)))
      expect([one, isCase(one)]).toEqual([one, !wrong.includes((one as { id: string }).id)]);
  });

  it('describe every verdict that the gateway gives, with no member that they do not name', async () => {
    const isVerdict = validatorOf('decision-verdict.schema.json', CLOSED);
    const golden = fs.readFileSync(path.join(root, 'test/golden/decisions.ndjson'), 'utf8');
    const verdicts = (lines(golden) as { id: string; decision: Decision }[]).map(
      ({ id, decision }) =>
        JSON.parse(
          JSON.stringify(toVerdict(id, decision, { sentence: explainDecision(decision, reference.zones) })),
        ) as unknown,
    );
    for (const name of pairs) {
      const cases = fs.createReadStream(path.join(examples, `${name}.cases.ndjson`));
      verdicts.push(...(await answersTo(cases, true)).lines);
    }
    expect(verdicts.length).toBeGreaterThan(400);
    const unlike = verdicts.filter((verdict) => !isVerdict(verdict));
    expect(unlike).toEqual([]);
    expect(isVerdict({ ...(verdicts[0] as object), surplus: 1 })).toBe(false);
  });

  it('have an example that says everything a case can', () => {
    const used = new Set<string>();
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, part] of Object.entries(node)) {
        used.add(name);
        walk(part);
      }
    };
    pairs.forEach((name) => lines(read(`examples/${name}.cases.ndjson`)).forEach(walk));
    const { $defs, properties } = JSON.parse(read('decision-case.schema.json')) as {
      $defs: Record<string, Field>;
      properties: object;
    };
    const names = [...Object.keys(properties), ...Object.values($defs).flatMap((d) => Object.keys(d.properties ?? {}))];
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

interface Field {
  readonly description?: string;
  readonly examples?: unknown[];
  readonly $ref?: string;
  readonly properties?: object;
}

describe('consentctl decide --batch', () => {
  it.each(pairs)('answers the example %s as published', async (name) => {
    const { lines: answers } = await answersTo(fs.createReadStream(path.join(examples, `${name}.cases.ndjson`)), true);
    expect(answers).toEqual(lines(read(`examples/${name}.verdicts.ndjson`)));
  });

  it('answers every line in its place, counts what it could not decide, and goes on', async () => {
    const [good = ''] = read('examples/usual.cases.ndjson').split('\n');
    const { lines: answers, refused } = await answersTo(
      Readable.from([Buffer.from(`\uFEFF${good}\n\nx\n${good}\r\n{}`)]),
    );
    expect(answers.map((answer) => (answer as { line?: number }).line ?? 'decided')).toEqual([
      'decided',
      3,
      'decided',
      5,
    ]);
    expect(refused).toBe(2);
  });

  it('keeps no line that is too long and goes on behind it', async () => {
    const [good = ''] = read('examples/usual.cases.ndjson').split('\n');
    const long = Buffer.alloc(5 * 1024 * 1024, 'x');
    const { lines: answers } = await answersTo(Readable.from([long, Buffer.from(`\n${good}\n`)]));
    expect(answers).toMatchObject([{ line: 1, error: { code: 'payload_too_large' } }, { id: 'by-day' }]);
  });

  it('reads no further than what it wrote is taken', async () => {
    const [good = ''] = read('examples/usual.cases.ndjson').split('\n');
    let given = 0;
    function* endless(): Generator<Buffer> {
      for (;;) {
        given++;
        yield Buffer.from(`${good}\n`);
      }
    }
    const answers = new AnswerStream({ explain: false }).answers(Readable.from(endless()));
    await answers.next();
    const taken = given;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(given).toBeLessThan(taken + 20);
    expect(taken).toBeLessThan(1000);
    await answers.return(undefined);
  });

  it('needs no database and no setting, and its exit code says whether all were decided', async () => {
    const run = async (input: string, ...argv: string[]) => {
      const child = spawn(process.execPath, [path.join(root, 'dist/apps/cli/src/main.js'), 'decide', ...argv], {
        env: {},
      });
      child.stdin.end(input);
      const [out, code] = await Promise.all([text(child.stdout), new Promise((resolve) => child.on('close', resolve))]);
      return { out, code };
    };
    const [good = ''] = read('examples/usual.cases.ndjson').split('\n');
    const all = await run(`${good}\n`, '--batch');
    expect([lines(all.out).length, all.code]).toEqual([1, 0]);
    const some = await run(`${good}\nx\n`, '--batch');
    expect([lines(some.out).length, some.code]).toEqual([2, 1]);
    expect(await run('')).toEqual({ out: '', code: 2 });
  });
});

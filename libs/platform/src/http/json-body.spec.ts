import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '#lib/kernel';
import { parseJson } from './json-body.js';
import { itInLongForm } from '../../../../test/support/form.js';

/** What is wrong with a text, as `pointer detail`; null when it is taken. */
function refusal(text: string): string | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [violation] = error.extra.violations ?? [];
    return violation === undefined ? error.code : `${violation.pointer} ${violation.detail}`;
  }
}

const TWICE = 'stands twice in its object; send it once';

describe('a JSON text', () => {
  it.each([
    ['twice', '{"to":"ada","to":"eve"}', '/to'],
    ['twice with the same value', '{"a":1,"a":1}', '/a'],
    ['once in escapes', '{"to":"ada","\\u0074o":"eve"}', '/to'],
    ['deep inside', '{"a":{"b/c":[{"x":1},{"x":1,"y":[],"x":2}]}}', '/a/b~1c/1/x'],
    ['in an object of a list', '[1,[{"k":1,"k":2}]]', '/1/0/k'],
    ['behind another object', '{"x":{},"y":{"a":1},"x":{}}', '/x'],
    ['as an empty name', '{"":1,"":2}', '/'],
    ['with backslashes before its end', '{"a\\\\":1,"a\\\\":2}', '/a\\'],
    ['around what is nested too deep', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)},"a":1}`, '/a'],
  ])('is refused with a name %s', (_name, text, pointer) => {
    expect(refusal(text)).toBe(`${pointer} ${TWICE}`);
  });

  it.each([
    ['the same name in different objects', '{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}'],
    ['what looks like names inside texts', '{"a":"\\"a\\":1,\\"a\\":2 {\\\\","b":"::\\\\\\"::"}'],
    ['names that only look alike', '{"a":1,"A":2,"ä":3,"a\\u0308":4}'],
    ['space around colons', '{ "a" : 1 ,\n"b"\t:\r\n{ } }'],
  ])('is taken with %s', (_name, text) => {
    expect(refusal(text)).toBeNull();
  });

  it('that JSON.stringify made has no name twice', () => {
    const name = fc.stringMatching(/^[ab:"\\\\{},]{0,4}$/);
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, name, tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(name, tie('any'), { maxKeys: 4 }),
    })).any;
    fc.assert(fc.property(value, (any) => refusal(JSON.stringify(any, null, 1)) === null));
  });

  itInLongForm('of many members and one too many takes no longer per member than a short one', () => {
    const judge = (count: number): number => {
      const members = Array.from({ length: count }, (_, i) => `"p${i}":1`);
      const last = `p${count - 1}`;
      const text = `{${members.join(',')},"${last}":2}`;
      // Processor time, and the least of several: whatever else the machine does only ever adds.
      return Math.min(
        ...Array.from({ length: 5 }, () => {
          const before = process.cpuUsage();
          expect(refusal(text)).toBe(`/${last} ${TWICE}`);
          return process.cpuUsage(before).user;
        }),
      );
    };
    // Few take no time that a clock could tell. Four times as many: four times as long, or sixteen where each is compared
    // with all.
    judge(40_000);
    const [less, more] = [judge(40_000), judge(160_000)];
    expect(more / less).toBeLessThan(10);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANY_CHARACTER } from '../../../../../test/support/any-character.js';
import { inPart, partAfter, partAfterScheme, stricterPart } from './link-part.js';

/** What means something in a link, and little else. */
const speaking = fc.string({ unit: fc.constantFrom(...'&=#?/.@%:;\\ \taF0-'), maxLength: 12 });

describe('a part of a link', () => {
  it.each([
    ['https://', 'site'],
    ['https://shop.example', 'host'],
    ['https://u:', 'host'],
    ['https://shop.example/', 'path'],
    ['https://shop.example/a/b', 'path'],
    ['https://shop.example?', 'parameters'],
    ['https://shop.example/?x=', 'query'],
    ['https://shop.example/?x=1&y=', 'query'],
    ['https://shop.example/?x=1#', 'fragment'],
    ['HTTP://shop.example\\', 'path'],
    ['mailto:', 'mail'],
    ['mailto:a@b.example?subject=', 'query'],
    ['tel:+49', 'number'],
    ['cid:', 'other'],
    ['#', 'fragment'],
  ] as const)('behind %s is %s', (text, part) => expect(partAfterScheme(text)).toBe(part));

  it('goes on behind a value', () => {
    expect(['?x=', '&x=', '/x', '#'].map((more) => partAfter('path', more))).toEqual([
      'query',
      'query',
      'path',
      'fragment',
    ]);
    expect(stricterPart('path', 'query')).toBe('query');
    expect(stricterPart('host', 'path')).toBe('host');
  });

  it.each([
    ['host', '.evil.example/', null],
    ['host', '@evil.example/', null],
    ['host', ':80', null],
    ['host', '//evil.example', null],
    ['host', '/way', '/way'],
    ['host', '-north', '-north'],
    ['site', 'shop.example', 'shop.example'],
    ['site', 'a@evil.example', null],
    ['query', 'x&next=https://evil.example', 'x%26next%3Dhttps%3A%2F%2Fevil.example'],
    ['query', 'R&B #1', 'R%26B%20%231'],
    ['query', 'already%20encoded', 'already%20encoded'],
    ['query', '100 %', '100%20%25'],
    ['parameters', 'a=1&b=2#c', 'a=1&b=2%23c'],
    ['path', 'a/b?c#d 100%', 'a/b%3Fc%23d%20100%25'],
    ['path', 'caf%C3%A9', 'caf%C3%A9'],
    ['mail', 'a@b.example?bcc=x@y.example', 'a@b.example%3Fbcc=x@y.example'],
    ['number', '+49 151 23', '+4915123'],
    ['number', '1;phone-context=x', null],
    ['fragment', 'a b', 'a%20b'],
    ['fragment', '100 % of 20%25', '100%20%25%20of%2020%25'],
    ['path', '..', null],
    ['path', 'a/../b', null],
    ['path', 'a\\..', null],
    ['path', '%2E%2e/b', null],
    ['path', './b', null],
    ['path', '..a/b..c/...', '..a/b..c/...'],
    ['query', '\ud800x', 'x'],
  ] as const)('%s takes %s as %s', (part, value, taken) => expect(inPart(part, value)).toBe(taken));

  it('is left by no value: the link leads to the same host, path and number of parameters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: ANY_CHARACTER, maxLength: 40 }), speaking), (value) => {
        const url = (part: 'path' | 'query', before: string, behind: string): URL =>
          new URL(`${before}${inPart(part, value) ?? ''}${behind}`);
        const query = url('query', 'https://a.example/p?x=', '&next=/home');
        expect([query.host, query.pathname, [...query.searchParams.keys()]]).toEqual([
          'a.example',
          '/p',
          ['x', 'next'],
        ]);
        const path = url('path', 'https://a.example/p/', '/end?x=1');
        expect([path.host, path.search, path.hash]).toEqual(['a.example', '?x=1', '']);
        expect(path.pathname).toMatch(/^\/p\/.*end$/);
        const host = inPart('host', value);
        if (host !== null && !/^[A-Za-z0-9-]+$/.test(host))
          expect(new URL(`https://a.example${host}`).host).toBe('a.example');
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { blockPlaces, withBlocks } from './block-places.js';

const placesOf = (source: string): string[] => {
  const found = blockPlaces(source);
  return found.kind === 'places'
    ? found.places.map(({ key, version, line }) => `${key}@${version} in line ${line}`)
    : found.problems.map((problem) => `! ${problem}`);
};

describe('the shared blocks that a source includes', () => {
  it.each<[string, string, string[]]>([
    ['none', 'Hello {{name}}', []],
    ['one', 'Hello\n{{> footer@3}}', ['footer@3 in line 2']],
    [
      'several, in order',
      '{{>a@1}}{{#if x}}{{> b-2@20 }}{{else}}{{> 3@4}}{{/if}}\r\n{{> a@1}}',
      ['a@1 in line 1', 'b-2@20 in line 1', '3@4 in line 1', 'a@1 in line 2'],
    ],
    ['not in a comment', '{{!-- {{> footer@3}} --}}x', []],
    ['not behind a backslash', 'x \\{{> footer@3}}', []],
    [
      'also where what is read left to right would have been cut',
      '{{> a@1}}{{!-- {{> b@1}} --}}{{> c@1}}',
      ['a@1 in line 1', 'c@1 in line 1'],
    ],
  ])('are %s', (_name, source, expected) => {
    expect(placesOf(source)).toEqual(expected);
  });

  it.each([
    '\n{{> footer}}',
    '\n{{> footer@latest}}',
    '\n{{> footer@0}}',
    '\n{{~> footer@3 ~}}',
    '\n{{#> footer@3}}x{{/footer@3}}',
    '\n{{#> footer}}x{{/footer}}',
    '\n{{> footer@3 colour="red"}}',
    '\n{{> (pick)}}',
    '\n{{> a_b@3}}',
    '\n{{> footer@9999999999}}',
  ])('are named with a version and nothing else: %s', (source) => {
    expect(placesOf(source)).toEqual([expect.stringMatching(/^! line 2: a shared block is included as/)]);
  });

  it('says of a source that cannot be parsed what is wrong with it', () => {
    expect(placesOf('{{> footer@3}}{{#if x}}')).toEqual([expect.stringMatching(/^! cannot be parsed/)]);
  });

  it('stand in their places, without the line end of their file', () => {
    const source = 'a\n{{> one@1}}\n{{!-- {{> one@1}} --}}{{> two@2}}b';
    const found = blockPlaces(source);
    const places = found.kind === 'places' ? found.places : [];
    expect(withBlocks(source, places, ({ key, version }) => `<${key} ${version}>\n`)).toBe(
      'a\n<one 1>\n{{!-- {{> one@1}} --}}<two 2>b',
    );
    expect(withBlocks(source, places, () => 'x'.repeat(200_000))).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import { operatingError } from './operating-error.js';

describe('what the operating system refuses', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a file that is not there',
      () => fs.readFileSync('/nowhere/file.json'),
      /^\/nowhere\/file\.json: there is no such/,
    ],
    ['a folder in place of a file', () => fs.writeFileSync('/', ''), /^\/: is a folder/],
    ['a server that does not run', () => fetch('http://127.0.0.1:4/livez'), /^127\.0\.0\.1:4: nobody listens there/],
    ['the same under a name', () => fetch('http://localhost:4/livez'), /:4: nobody listens there/],
    ['a host that there is not', () => fetch('http://gateway.invalid/'), /^gateway\.invalid: /],
  ])('is said in a line: %s', async (_name, tried, sentence) => {
    expect(operatingError(await errorOf(tried))).toMatch(sentence);
  });

  it('is nothing else', () => {
    expect(operatingError(new Error('a mistake', { cause: new TypeError('of ours') }))).toBeNull();
    expect(operatingError('text')).toBeNull();
  });
});

async function errorOf(tried: () => unknown): Promise<unknown> {
  try {
    await tried();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

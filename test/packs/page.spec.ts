import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { packs } from './world.js';

const page = readFileSync(new URL('../../docs/jurisdiction.md', import.meta.url), 'utf8');

/** The table of docs/jurisdiction.md, from the packs. */
const rows = packs.flatMap((pack) =>
  pack.rules.map(({ id, kind, force, channels, from, to, source }) => {
    const dates = `${from ?? ''}${from === null && to === null ? 'always' : ' to '}${to ?? ''}`.trim();
    return `| \`${pack.id}/${id}\` | ${kind} | ${force} | ${channels.join(', ')} | ${dates} | ${source.cite} |`;
  }),
);

describe('docs/jurisdiction.md', () => {
  it('lists every rule with its force and source, and no other', () => {
    const listed = page.split('\n').filter((line) => /^\| `[a-z-]+\/[a-z-]+` \|/.test(line));
    expect(listed.map((line) => line.replace(/ +/g, ' '))).toEqual(rows);
  });
});

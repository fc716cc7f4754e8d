import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { encodeDisclosure } from './disclosure.js';
import { workedExample } from './testing/example.js';
import { verdictOn } from './verdict.js';

const page = readFileSync(new URL('../../../docs/ledger-format.md', import.meta.url), 'utf8');
/** As it stands in the page, indented. */
const shown = (text: string): string => text.replace(/^(?=.)/gm, '    ');
const lineOf = (start: string): string =>
  page
    .split('\n')
    .find((line) => line.startsWith(`    ${start}`))
    ?.trim() ?? '';

describe('the worked example in docs/ledger-format.md', () => {
  const entry = Buffer.from(lineOf('{"_sd":'));
  const example = workedExample(entry);

  it('is what the code gives, byte by byte', () => {
    const { proof, policy, olderCheckpoint, consistency, tiles, bundle } = example;
    for (const text of [proof, policy, olderCheckpoint, consistency]) expect(page).toContain(`\n${shown(text)}`);
    for (const { path, hex } of tiles) expect(page).toContain(`\n    ${path}\n    ${hex}\n`);
    expect(page).toContain(`\n    ${bundle}`);
  });

  it('holds, read from the page with the disclosures that stand there', () => {
    const disclosures = [lineOf('["AAEC'), lineOf('["EBES')].map(encodeDisclosure);
    const verdict = verdictOn({
      entry,
      disclosures,
      proof: example.proof,
      policy: example.policy,
      older: { checkpoint: example.olderCheckpoint, consistency: example.consistency },
    });
    expect(verdict.steps.filter(({ result }) => result !== 'holds')).toEqual([]);
    expect(verdict.entry?.disclosed.map(({ name }) => name)).toEqual(['subj', 'message']);
  });
});

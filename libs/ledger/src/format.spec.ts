import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { BrandId, EntryId, SubjectId } from '#lib/kernel';
import { encodeEntry, RandomSupply } from './domain/encode-entry.js';
import { CLEAR_FIELDS, digestsOf, ENTRY_TYPES, type EntryType, ruleOf } from './domain/entry-types.js';

const page = readFileSync(new URL('../../../docs/ledger-format.md', import.meta.url), 'utf8');
const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' ') || '-';

describe('docs/ledger-format.md', () => {
  it.each(Object.keys(ENTRY_TYPES) as EntryType[])('describes %s as the code writes it', (type) => {
    const rule = ruleOf(type);
    const chain = { required: 'yes', optional: 'maybe', none: 'no' }[rule.subject];
    expect(page).toContain(
      `| ${code([type])} | ${chain} | ${code(rule.clear)} | ${code(rule.disclosed)} | ${digestsOf(rule)} |`,
    );
  });

  it.each(Object.entries(CLEAR_FIELDS))('gives the pattern of %s', (name, pattern) => {
    const text = pattern === 'count' ? 'integer from 0' : `\`${pattern.source.replaceAll('|', '\\|')}\``;
    expect(page).toContain(`| \`${name}\` | ${text} |`);
  });

  it('shows an entry that comes out of the code byte by byte', () => {
    const entry = encodeEntry(
      {
        type: 'send.decided',
        at: 0,
        brandId: '0190a0b0-0000-7000-8000-00000000000b' as BrandId,
        subjectId: '0190a0b0-0000-7000-8000-00000000000a' as SubjectId,
        clear: { ch: 'email', mc: 'commercial', out: 'drop', reason: 'frequency_cap', tz: '2026f', att: 1 },
        disclosed: { message: { id: '0190a0b0-0000-7000-8000-00000000000c' } },
      },
      {
        id: '0190a0b0-0000-7000-8000-00000000000e' as EntryId,
        at: '2026-11-21T16:00:00.123Z',
        now: '2026-11-21T16:00:00.100Z',
        link: { id: '0190a0b0-0000-7000-8000-00000000000a' as SubjectId, n: 1, prev: null },
      },
      new RandomSupply(Buffer.from(Array.from({ length: 64 }, (_, i) => i))),
    );
    const leafHash = Buffer.from(entry.leafHash, 'base64url').toString('hex');
    for (const shown of [entry.leaf, leafHash, ...entry.disclosures.split('\n')]) {
      expect(page).toContain(`${shown}\n`);
    }
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Pack } from '#lib/decision';
import { loadPacks, packDigest, PacksUnusable } from './load-packs.js';

const some = (id: string, change: Partial<Pack> = {}): Pack => ({
  id,
  version: '2026-11-21',
  title: 'Somewhere',
  countries: ['DE'],
  region: null,
  rules: [
    {
      id: 'cap',
      kind: 'frequency_cap',
      title: 'Once a day',
      force: 'practice',
      source: { cite: 'Nobody', url: 'https://example.org/', seenOn: '2026-11-21' },
      from: null,
      to: null,
      channels: ['email'],
      classes: ['commercial'],
      limit: 1,
      window: 'P1D',
      scope: 'any',
    },
  ],
  ...change,
});

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'packs-'));
  fs.mkdirSync(path.join(folder, 'superseded'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const write = (name: string, content: unknown) => {
  fs.writeFileSync(path.join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
};
const problems = () => {
  try {
    loadPacks(folder);
  } catch (error) {
    if (error instanceof PacksUnusable) return error.problems;
    throw error;
  }
  return [];
};

describe('loading packs', () => {
  it('uses the current editions, in order of their ids, and finds the ones before', () => {
    write('de.json', some('de'));
    write('at.json', some('at', { countries: ['AT'] }));
    write('superseded/de@2025-01-01.json', some('de', { version: '2025-01-01' }));
    const { current, editions } = loadPacks(folder);
    expect(current.map(({ id, version }) => [id, version])).toEqual([
      ['at', '2026-11-21'],
      ['de', '2026-11-21'],
    ]);
    expect(editions([{ id: 'de', version: '2025-01-01' }])).toEqual([some('de', { version: '2025-01-01' })]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, readonly (string | RegExp)[]]>([
    ['an empty folder', {}, [/^there is no pack in /]],
    ['text that is no JSON', { 'de.json': '{' }, [/^de\.json: is not JSON/, /^there is no pack in /]],
    [
      'a word too many',
      { 'de.json': { ...some('de'), lawful: true } },
      [/^de\.json: \/ .*"lawful"/, /^there is no pack/],
    ],
    [
      'a force that is none',
      { 'de.json': { ...some('de'), rules: [{ ...some('de').rules[0], force: 'habit' }] } },
      [/^de\.json: \/rules\/0\/force /, /^there is no pack/],
    ],
    ['a name that is not the id', { 'germany.json': some('de') }, ['germany.json: must be named de.json']],
    [
      'a pack that is there twice',
      { 'de.json': some('de'), 'de2.json': some('de', { countries: ['AT'] }) },
      ['de2.json: must be named de.json', 'pack de: is there twice'],
    ],
    [
      'two packs about one country',
      { 'de.json': some('de'), 'dach.json': some('dach', { countries: ['AT', 'DE'] }) },
      ['DE: packs dach and de are both about it'],
    ],
    [
      'two packs about one region',
      { 'de-by.json': some('de-by', { region: 'DE-BY' }), 'de-bv.json': some('de-bv', { region: 'DE-BY' }) },
      ['DE-BY: packs de-bv and de-by are both about it'],
    ],
    [
      'an edition superseded by an older one',
      { 'de.json': some('de'), 'superseded/de@2027-01-01.json': some('de', { version: '2027-01-01' }) },
      ['pack de: edition 2027-01-01 is superseded by 2026-11-21, which is not younger'],
    ],
    [
      'an edition superseded by itself',
      { 'de.json': some('de'), 'superseded/de@2026-11-21.json': some('de') },
      ['pack de: edition 2026-11-21 is superseded by 2026-11-21, which is not younger'],
    ],
    [
      'a rule that makes no sense',
      { 'de.json': some('de', { version: '2026-02-30' }) },
      ['pack de: version "2026-02-30" is not a date'],
    ],
  ])('refuses %s', (_name, files, expected) => {
    for (const [name, content] of Object.entries(files)) write(name, content);
    expect(problems()).toEqual(expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))));
  });

  it('names an edition by the digest of what it says, however it is laid out', () => {
    const pack = some('de');
    const { id, ...rest } = pack;
    expect(packDigest({ ...rest, id })).toBe(packDigest(pack));
    expect(packDigest({ ...pack, title: 'Elsewhere' })).not.toBe(packDigest(pack));
  });
});

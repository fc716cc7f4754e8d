import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { loadPacks, packDigest, packsFolder } from '../../libs/sending/src/packs/load-packs.js';

/**
 * Digest of every edition that was ever released, by `id@version`. A line is added with an edition (`packs show` prints
 * the digest) and never changed: decisions name the edition they were made under, and must come out the same for ever.
 */
const released = JSON.parse(readFileSync(new URL('./released.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const library = loadPacks(packsFolder());

describe('the editions of the packs', () => {
  it.each(Object.entries(released))('%s is what was released', (name, digest) => {
    const [id = '', version = ''] = name.split('@');
    const found = library.editions([{ id, version }]);
    expect(found?.map(packDigest)).toEqual([digest]);
  });

  it('are all released', () => {
    expect(library.current.map(({ id, version }) => `${id}@${version}`).filter((name) => !(name in released))).toEqual(
      [],
    );
  });

  it('cover each country once', () => {
    const countries = library.current.filter(({ region }) => region === null).flatMap((pack) => pack.countries);
    expect(new Set(countries).size).toBe(countries.length);
  });

  it('are the same array each time they are asked for, and null where one is missing', () => {
    const stamps = [
      { id: 'de', version: '2026-11-21' },
      { id: 'at', version: '2026-11-21' },
    ];
    expect(library.editions(stamps)?.map(({ id }) => id)).toEqual(['de', 'at']);
    expect(library.editions([...stamps])).toBe(library.editions(stamps));
    expect(library.editions([...stamps, { id: 'de', version: '2020-01-01' }])).toBeNull();
    expect(library.editions([])).toEqual([]);
  });
});

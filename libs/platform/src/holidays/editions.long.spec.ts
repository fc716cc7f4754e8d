import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { PlacesContent } from '../places/places.js';
import { holidays, holidaysEdition } from './index.js';
import { digestOf } from './testing/answers.js';

/** Every country and region that the tables of places know. */
const PLACES = JSON.parse(readFileSync(new URL('../places/places.json', import.meta.url), 'utf8')) as PlacesContent;
const EVERYWHERE = Object.fromEntries(
  Object.keys(PLACES.countries).map((country) => [country, PLACES.subdivisions[country]?.split(' ') ?? []]),
);

describe('all editions of the holidays', () => {
  it.each([
    ['date-holidays-3.36.1', '51857af3dd71c4cb'],
    ['date-holidays-3.37.0', 'e830e13a6e3309cb'],
  ])('%s answer of every country and region as they did when decisions were made by them', (version, answers) => {
    const edition = holidaysEdition(version);
    expect(edition === null ? null : digestOf(edition, EVERYWHERE, [2026])).toBe(answers);
  });

  it('are no others than those of the short form', () => expect(holidays.version).toBe('date-holidays-3.37.0'));
});

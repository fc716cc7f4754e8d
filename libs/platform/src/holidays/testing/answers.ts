import { createHash } from 'node:crypto';
import type { HolidaySource } from '#lib/kernel';

const DAY = 86_400_000;

/** A digest of everything that an edition says of some countries, and of regions of them, in some years. */
export function digestOf(
  edition: HolidaySource,
  countries: Readonly<Record<string, readonly string[]>>,
  years: readonly number[],
): string {
  const said = createHash('sha256');
  for (const [country, regions] of Object.entries(countries)) {
    if (edition.hasTable?.(country) !== true) {
      said.update(`${country} has no table\n`);
      continue;
    }
    for (const region of [null, ...regions.map((part) => `${country}-${part}`)]) {
      for (const year of years) {
        for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += DAY) {
          const date = new Date(day).toISOString().slice(0, 10);
          const name = edition.holiday(country, region, date);
          if (name !== null) said.update(`${country} ${region ?? '*'} ${date} ${name}\n`);
        }
      }
    }
  }
  return said.digest('hex').slice(0, 16);
}

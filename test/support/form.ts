import { it } from '@jest/globals';

/**
 * Whether this is the long form, `npm run test:long`: every look of a page, every point of a crash with both queues, all
 * tries of a property. `npm test` takes of these what differs from what it has taken already, always the same, and each
 * spec says which that is. The long form finds a spec by what it imports from here, or by its name: a whole file that is
 * of the long form alone is a `.long.spec.ts`.
 */
export const LONG = process.env['TEST_FORM'] === 'long';

const leftToTheLongForm: typeof it = Object.assign(() => undefined, it, { each: () => () => undefined });

/** As `it`, for a test of the long form alone. */
export const itInLongForm = LONG ? it : leftToTheLongForm;

/** In the short form every `n`th of a row, from the `first` on. */
export function everyNth<T>(n: number, row: readonly T[], first = 0): readonly T[] {
  return LONG ? row : row.filter((_, i) => i % n === first % n);
}

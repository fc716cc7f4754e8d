import { afterAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { periodOf, withHistory } from './open-history.js';

describe('the part of the past that a command reads', () => {
  it.each([
    [{}, { from: null, to: null }],
    [{ from: 1 }, { from: 1, to: null }],
    [
      { from: 1, to: 2 },
      { from: 1, to: 2 },
    ],
  ])('%j', (options, expected) => {
    expect(periodOf(options)).toEqual(expected);
  });

  it.each([
    { from: 2, to: 1 },
    { from: 2, to: 2 },
  ])('is not %j, which has nothing in it', (options) => {
    expect(() => periodOf(options)).toThrow(/--to: must be later than --from/);
  });
});

describe('a command about the past', () => {
  const before = { ...process.env };
  afterAll(() => {
    process.env = before;
  });

  it('says that the database cannot be reached, and does not fall over it', async () => {
    process.env = { ...before, DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:1/none', MASTER_KEY: randomBytes(32).toString('base64') }; // prettier-ignore
    const work = withHistory(undefined, ({ database }) => database.transaction(() => Promise.resolve()));
    await expect(work).rejects.toThrow(/^PostgreSQL cannot be reached at DATABASE_URL: .*ECONNREFUSED/);
    await expect(work).rejects.toMatchObject({ exitCode: 2 });
  });
});

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SubjectId } from '#lib/kernel';
import type { NewEntry } from '../domain/entry-types.js';
import { ALL, BundleWorld, consent, POLICY, verify } from '../testing/bundle-world.js';
import { BRAND } from '../testing/ledger-fixture.js';

/** Whoever may write rows gives a contact a chain of nobody, and the product goes on there: the log is sound, and hides the chain before. */
describe('a history of a person, as a stranger verifies it', () => {
  let world: BundleWorld;
  beforeAll(async () => {
    world = await BundleWorld.create();
  });
  afterAll(() => world.close());

  const about = (subjectId: SubjectId, id: string): NewEntry => ({
    type: 'contact_point.changed',
    ...{ at: Date.now(), brandId: BRAND, subjectId, clear: { ch: 'email' } },
    disclosed: { contact: { id, point: 'p' }, change: { change: 'added', address: 'a@b.example' }, actor: 'spec' },
  });
  const chain = (files: ReadonlyMap<string, Buffer>) => {
    const { verdict, steps } = verify(files);
    const { result, problem } = steps.find(({ step }) => step === 'chain')!;
    return [verdict, result, problem];
  };

  it('holds when it begins where they became known, and is of one contact', async () => {
    const one = await world.person();
    await world.fixture.append(consent(one), about(one, 'c'));
    expect(chain(await world.bundleOf({ ...ALL, subjects: [one] }))).toEqual(['holds', 'holds', '']);
  });

  /** What the program in a bundle says of it, and how it ends. */
  const byProgram = (files: ReadonlyMap<string, Buffer>): [number | null, string] => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'begins-'));
    for (const [name, bytes] of files) {
      fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), bytes);
    }
    const policy = path.join(folder, '..', `${path.basename(folder)}.txt`);
    fs.writeFileSync(policy, POLICY);
    const argv = [path.join(folder, 'verify.mjs'), folder, '--policy', policy];
    const { status, stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
    fs.rmSync(folder, { recursive: true });
    fs.rmSync(policy);
    return [status, stdout];
  };

  it('does not hold when it begins with anything else, also to the program in the bundle', async () => {
    const one = await world.fixture.subject();
    await world.fixture.append(consent(one), about(one, 'c'));
    const files = await world.bundleOf({ ...ALL, subjects: [one] });
    expect(chain(files)).toEqual(['fails', 'fails', expect.stringContaining('is the first of a person')]);
    expect(byProgram(files)).toEqual([1, expect.stringContaining('is the first of a person')]);
  });

  /** A merge as the chain of whoever stays tells it, or that of whoever goes. */
  const merge = (subjectId: SubjectId, what: 'merged' | 'mergedInto', subject: SubjectId): NewEntry => ({
    type: 'contact.changed',
    ...{ at: Date.now(), brandId: BRAND, subjectId, clear: {} },
    disclosed: { contact: { id: 'c' }, change: { [what]: { id: 'o' }, subject }, actor: 'spec' },
  });
  const wholeOf = (...subjects: SubjectId[]) => world.bundleOf({ ...ALL, subjects });

  it('does not hold when it is of two people who never became one, also to the program in the bundle', async () => {
    const [one, other, third] = [await world.person(), await world.person(), await world.person()];
    const files = await wholeOf(one, other);
    const problem = expect.stringContaining('no entry says that it is the same person’s');
    expect(chain(files)).toEqual(['fails', 'fails', problem]);
    expect(byProgram(files)).toEqual([1, problem]);
    // Nor when two of three did, or two and two.
    await world.fixture.append(merge(one, 'merged', other));
    expect(chain(await wholeOf(one, other, third))).toEqual(['fails', 'fails', problem]);
    expect(chain(await wholeOf(third, other, one))).toEqual(['fails', 'fails', problem]);
    const fourth = await world.person();
    await world.fixture.append(merge(fourth, 'mergedInto', third));
    expect(chain(await wholeOf(one, third, other, fourth))).toEqual(['fails', 'fails', problem]);
  });

  it('holds when all of them became one, in whatever order, and whichever side says so', async () => {
    const [one, other, third] = [await world.person(), await world.person(), await world.person()];
    await world.fixture.append(merge(other, 'merged', one), merge(other, 'mergedInto', third));
    for (const all of [
      [one, other, third],
      [third, one, other],
    ])
      expect(chain(await wholeOf(...all))).toEqual(['holds', 'holds', '']);
  });

  it('is open when what said that they became one may have gone with an erasure', async () => {
    const [one, other] = [await world.person(), await world.fixture.subject()];
    await world.fixture.append({
      type: 'erasure.executed',
      ...{ at: Date.now(), brandId: BRAND, subjectId: other, clear: { basis: 'gdpr_17_1_b', reason: 'request' } },
      disclosed: {},
    });
    const problem = expect.stringContaining('may have been erased');
    expect(chain(await wholeOf(one, other))).toEqual(['unchecked', 'unchecked', problem]);
    expect(chain(await wholeOf(other, one))).toEqual(['unchecked', 'unchecked', problem]);
  });

  it('does not hold when somebody who was known before is said to have changed, and not to have become known', async () => {
    const one = await world.fixture.subject();
    await world.fixture.append({
      type: 'contact.changed',
      ...{ at: Date.now(), brandId: BRAND, subjectId: one, clear: {} },
      disclosed: { contact: { id: 'c' }, change: { created: false }, actor: 'spec' },
    });
    expect(chain(await world.bundleOf({ ...ALL, subjects: [one] }))[2]).toContain('is the first of a person');
  });

  it('does not hold when it is of two contacts, nor does a part of it', async () => {
    const one = await world.person();
    await world.fixture.append(consent(one), about(one, 'somebody-else'));
    const problem = expect.stringContaining('is about another contact');
    for (const scope of [
      { ...ALL, subjects: [one] },
      { ...ALL, subjects: [one], from: 0 },
    ])
      expect(chain(await world.bundleOf(scope))).toEqual(['fails', 'fails', problem]);
  });
});

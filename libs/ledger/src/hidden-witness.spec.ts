import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import path from 'node:path';
import { parseSignedCheckpoint } from '#lib/proof';
import { memoryName, SignerRefuses } from './signer.js';
import { LedgerFixture, ORIGIN, someTopic } from './testing/ledger-fixture.js';
import { restoreYesterday, SomeWitness } from '../../../test/support/some-witness.js';

const HIDES = 'the witness w1 says that it has seen something else, and does not show it';

/** What is answered instead of what the witness says. */
interface Instead {
  readonly status: number;
  readonly body: string;
}

describe('a publisher whose witness does not show what it has seen', () => {
  let fixture: LedgerFixture;
  let witness: SomeWitness;
  /** By method; undefined lets the witness answer. */
  let instead: { GET?: Instead | undefined; POST?: Instead | undefined };

  beforeEach(async () => {
    fixture = await LedgerFixture.create();
    instead = {};
    witness = await SomeWitness.start(fixture, (request, response, answer) => {
      const other = instead[request.method as 'GET' | 'POST'];
      if (other === undefined) answer();
      else response.writeHead(other.status).end(other.body);
    });
  });
  afterEach(async () => {
    await fixture.close();
    witness.stop();
  });

  const grow = async (count: number): Promise<void> => {
    await fixture.append(...Array.from({ length: count }, () => someTopic()));
    await fixture.sequencer().runOnce();
  };
  const memory = (): string => path.join(fixture.folder, memoryName(ORIGIN));
  const signed = (): number => parseSignedCheckpoint(fs.readFileSync(memory())).checkpoint.size;
  const again = () => fixture.publisher({ witnessGraceMs: 0, lookAroundMs: 0 });
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_100));

  it.each<[string, Instead]>([
    ['shows something endless', { status: 200, body: 'x'.repeat(1_000_000) }],
    ['is broken', { status: 503, body: '' }],
    ['has no such route', { status: 404, body: '' }],
  ])('signs nothing on a restored machine, however long it has waited, where it %s', async (_what, answer) => {
    await restoreYesterday(fixture);
    instead.GET = answer;
    const publisher = again();
    for (const _ of [1, 2]) {
      await expect(publisher.runOnce()).rejects.toThrow(new SignerRefuses(HIDES));
      await grow(2);
    }
    expect(signed()).toBe(2);
    instead = {};
    await expect(publisher.runOnce()).rejects.toThrow('the witness w1 has seen another log of 4 entries');
  });

  it('signs no more once it refuses to cosign, also where its silence had been long enough', async () => {
    await restoreYesterday(fixture);
    instead = { GET: { status: 503, body: '' }, POST: { status: 503, body: '' } };
    await grow(2);
    const publisher = again();
    expect(await publisher.runOnce()).toBe(true);
    expect(signed()).toBe(5);
    delete instead.POST;
    await grow(1);
    await pause();
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    await grow(1);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    expect(signed()).toBe(6);
  });

  it('goes on by itself where it shows that it has seen nothing else', async () => {
    await grow(2);
    const publisher = fixture.publisher({ lookAroundMs: 0 });
    await publisher.runOnce();
    instead = { GET: { status: 404, body: '' }, POST: { status: 409, body: '7\n' } };
    await grow(1);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    await expect(publisher.runOnce()).rejects.toThrow(HIDES);
    instead = {};
    await grow(1);
    expect(await publisher.runOnce()).toBe(true);
    expect(signed()).toBe(4);
    // To be silent is not to say so: it is asked again later.
    instead = { GET: { status: 503, body: '' }, POST: { status: 503, body: '' } };
    await grow(1);
    expect(await publisher.runOnce()).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fs from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { auditDatabase } from './audit-database.js';
import { keptName } from './kept-checkpoints.js';
import type { Publisher } from './publisher.js';
import { memoryName, Signer } from './signer.js';
import { proveConsistency } from './tile-proofs.js';
import { KEYS, LedgerFixture, ORIGIN, someTopic } from './testing/ledger-fixture.js';
import { SomeWitness } from '../../../test/support/some-witness.js';

/** Lets every answer of a witness through, until it is shut; then holds one of them until it is opened. */
class Gate {
  private held: Promise<void> | undefined;
  private release: () => void = () => undefined;
  private arrived: () => void = () => undefined;

  /** Resolves once an answer stands before it. */
  shut(): Promise<void> {
    this.held = new Promise((resolve) => (this.release = resolve));
    return new Promise((resolve) => (this.arrived = resolve));
  }

  open(): void {
    this.release();
  }

  /** Only the first one waits. */
  async pass(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    if (held !== undefined) this.arrived();
    await held;
  }
}

describe('a publisher that stood still while another was elected', () => {
  let fixture: LedgerFixture;
  let gate: Gate;
  let witness: SomeWitness;
  beforeEach(async () => {
    fixture = await LedgerFixture.create();
    gate = new Gate();
    witness = await SomeWitness.start(fixture, (request, response, answer) => {
      const end = response.end.bind(response) as (body?: unknown) => http.ServerResponse;
      response.end = (body?: unknown) => {
        void (request.method === 'POST' ? gate.pass() : Promise.resolve()).then(() => end(body));
        return response;
      };
      answer();
    });
  });
  afterEach(async () => {
    gate.open();
    await fixture.close();
    witness.stop();
  });

  const grow = async (count = 2): Promise<void> => {
    await fixture.append(...Array.from({ length: count }, () => someTopic()));
    await fixture.sequencer().runOnce();
  };
  const sizes = async (): Promise<unknown[]> =>
    (await fixture.asSuperuser('SELECT size::int FROM ledger.checkpoint ORDER BY id')).map(({ size }) => size);
  const kept = async () => {
    const text = fs.readFileSync(path.join(fixture.folder, keptName(ORIGIN)), 'utf8');
    const { steps } = await auditDatabase(fixture.database, { policy: null, keys: KEYS, kept: text });
    return steps.find(({ step }) => step === 'kept');
  };
  const HOLDS = { step: 'kept', result: 'holds', problem: '' };

  /** One whose witness may think for as long as the test holds its answer. */
  const patient = (heartbeatMs = 600_000) =>
    fixture.publisher({ heartbeatMs, lookAroundMs: 0, witnessTimeoutMs: 600_000 });

  /** As TCP keepalive does with the connection of a process that does not move; its lock is free once this resolves. */
  const loseLock = async (): Promise<void> => {
    const ended = await fixture.asSuperuser(
      `SELECT pg_terminate_backend(pid, 60000) AS ended FROM pg_stat_activity
        WHERE application_name = 'consent-gateway publisher lock' AND datname = current_database()`,
    );
    expect(ended).toEqual([{ ended: true }]);
  };

  /** What the first one says in the end whose answer was held while a second published, at these sizes. */
  async function overtaken(first: Publisher, growBy: readonly number[]): Promise<unknown> {
    const isHeld = gate.shut();
    const round = first.runOnce().then(
      () => null,
      (error: unknown) => error,
    );
    await isHeld;
    await loseLock();
    const second = fixture.publisher({ lookAroundMs: 0 });
    for (const count of growBy) {
      if (count > 0) await grow(count);
      expect(await second.runOnce()).toBe(true);
    }
    gate.open();
    return round;
  }

  it.each<[string, number[], number[]]>([
    ['keeps no older checkpoint behind newer ones', [2, 2], [2, 6, 8]],
    ['adds nothing to the same checkpoint once it is not the newest', [0, 2], [2, 4, 6]],
  ])('%s', async (_what, growBy, expected) => {
    const first = patient();
    await grow();
    await first.runOnce();
    await grow();
    expect(await overtaken(first, growBy)).toMatchObject({ message: expect.stringContaining('another process') });
    expect(await sizes()).toEqual(expected);
    expect(await kept()).toEqual(HOLDS);
    expect(await first.runOnce()).toBe(false);
  });

  it('adds no cosignature to a checkpoint that is not the newest any more', async () => {
    const first = patient(-1);
    await grow();
    await first.runOnce();
    expect(await overtaken(first, [2, 2])).toMatchObject({ message: expect.stringContaining('another process') });
    expect(await sizes()).toEqual([2, 4, 6]);
    expect(await kept()).toEqual(HOLDS);
  });

  it('signs nothing, so that the memory does not shrink', async () => {
    const publisher = fixture.publisher();
    for (const _ of [1, 2, 3]) {
      await grow();
      await publisher.runOnce();
    }
    const roots = await fixture.asSuperuser('SELECT size::int, root FROM ledger.checkpoint ORDER BY id');
    const [two, four, six] = roots.map(({ size, root }) => ({ size: size as number, root: root as Buffer }));
    const file = path.join(fixture.folder, memoryName(ORIGIN));
    fs.rmSync(file);
    Signer.open(fixture.folder).sign(two!, []);
    const [paused, leading] = [Signer.open(fixture.folder), Signer.open(fixture.folder)];
    const { tx } = fixture.database;
    leading.sign(six!, await proveConsistency(tx, 2, 6));
    const toFour = await proveConsistency(tx, 2, 4);
    expect(() => paused.sign(four!, toFour)).toThrow('another process');
    expect(Signer.open(fixture.folder).last()?.size).toBe(6);
  });

  it('is no fault of the log where it has kept an older checkpoint behind newer ones', async () => {
    const first = fixture.publisher();
    for (const _ of [1, 2, 3]) {
      await grow();
      await first.runOnce();
    }
    await first.stop();
    fs.rmSync(path.join(fixture.folder, keptName(ORIGIN)));
    await fixture.tamper('DELETE FROM ledger.cosignature');
    await fixture.tamper(
      `WITH late AS (DELETE FROM ledger.checkpoint WHERE size = 4 RETURNING origin, size, root, note)
       INSERT INTO ledger.checkpoint (origin, size, root, note) SELECT * FROM late`,
    );
    expect(await sizes()).toEqual([2, 6, 4]);
    await grow();
    await fixture.publisher().runOnce();
    expect(await sizes()).toEqual([2, 6, 4, 8]);
    expect(await kept()).toEqual(HOLDS);
  });
});

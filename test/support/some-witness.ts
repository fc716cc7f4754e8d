import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { COSIGNATURE_V1, signingKey, writeSigningKey, writeTrustPolicy, writeVerifierKey } from '#lib/proof';
import { serve } from '../../apps/witness/src/server.js';
import { Witness } from '../../apps/witness/src/witness.js';
import { memoryName } from '../../libs/ledger/src/signer.js';
import { type LedgerFixture, LOG_KEY, ORIGIN, someTopic } from '../../libs/ledger/src/testing/ledger-fixture.js';

const WITNESS_KEY = signingKey('witness.example/w1', COSIGNATURE_V1, Buffer.alloc(32, 4));

/** Says what becomes of a request before the witness answers it, by `answer` and with `response`. */
type Between = (request: http.IncomingMessage, response: http.ServerResponse, answer: () => void) => void;

/** What asks for the cosignature of one witness, w1. */
export const policyWith = (url: string): string =>
  writeTrustPolicy({
    logs: [{ key: LOG_KEY.key, url: null }],
    witnesses: [{ name: 'w1', key: WITNESS_KEY.key, url }],
    groups: [],
    quorum: 'w1',
  });

/** The witness itself, over a socket of its own in this process, that the publisher of a ledger is told about. */
export class SomeWitness {
  private constructor(
    readonly witness: Witness,
    readonly server: http.Server,
    readonly folder: string,
  ) {}

  static async start(
    fixture: LedgerFixture,
    between: Between = (_request, _response, answer) => answer(),
  ): Promise<SomeWitness> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'witness-'));
    fs.writeFileSync(path.join(folder, 'witness.key'), writeSigningKey(WITNESS_KEY), { mode: 0o600 });
    fs.writeFileSync(path.join(folder, 'logs.txt'), `${writeVerifierKey(LOG_KEY.key)}\n`);
    const witness = Witness.open(folder);
    const inner = serve(witness);
    const server = http.createServer((request, response) =>
      between(request, response, () => void inner.emit('request', request, response)),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    fs.writeFileSync(path.join(fixture.folder, 'policy.txt'), policyWith(`http://127.0.0.1:${port}`));
    return new SomeWitness(witness, server, folder);
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    fs.rmSync(this.folder, { recursive: true });
  }
}

/**
 * The whole machine as it was when two entries were signed, database and memory of the signer, once its witness has seen
 * four; then another entry goes in.
 */
export async function restoreYesterday(fixture: LedgerFixture): Promise<void> {
  const grow = async (count: number): Promise<void> => {
    await fixture.append(...Array.from({ length: count }, () => someTopic()));
    await fixture.sequencer().runOnce();
  };
  const memory = path.join(fixture.folder, memoryName(ORIGIN));
  await grow(2);
  const before = fixture.publisher();
  await before.runOnce();
  const kept = fs.readFileSync(memory, 'utf8');
  const [head] = await fixture.asSuperuser('SELECT size, root, range FROM ledger.head');
  await grow(2);
  await before.runOnce();
  await before.stop();
  fs.writeFileSync(memory, kept, { mode: 0o600 });
  await fixture.tamper('UPDATE ledger.head SET size = $1, root = $2, range = $3', [
    head!['size'],
    head!['root'],
    head!['range'],
  ]);
  await fixture.tamper('DELETE FROM ledger.placement WHERE first_idx >= 2');
  await fixture.tamper('DELETE FROM ledger.checkpoint WHERE size > 2');
  await grow(1);
}

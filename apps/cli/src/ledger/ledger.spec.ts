import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createGzip } from 'node:zlib';
import type { BrandId, EntryId } from '#lib/kernel';
import {
  type AuditReport,
  KEY_FILE,
  LedgerService,
  POLICY_FILE,
  PublishedLog,
  Publisher,
  Sequencer,
} from '#lib/ledger';
import { Database, deriveKeys } from '#lib/platform';
import {
  cosign,
  parseSignedCheckpoint,
  parseSigningKey,
  parseTrustPolicy,
  writeNote,
  writeTrustPolicy,
  writeVerifierKey,
} from '#lib/proof';
import { freePort } from '../database/index.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { buildOnce } from '../../../../test/support/processes.js';
import { until } from '../../../../test/support/until.js';
import { CommandEnd } from '../command.js';
import { operatingError } from '../operating-error.js';
import { LOG_KEY_FILE, setUpFolders, TRUST_POLICY_FILE, WITNESS_KEY_FILE, WITNESS_LOGS_FILE } from './key-folder.js';
import { run } from './ledger.js';

const BRAND = '11111111-1111-4111-8111-111111111111' as BrandId;

describe('consentctl ledger', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'consentctl-'));
  const at = (...names: string[]): string => path.join(folder, ...names);
  const masterKey = randomBytes(32);
  const { ledgerKek, ledgerMac } = deriveKeys(masterKey);
  const keys = { kek: ledgerKek, macKey: ledgerMac };
  let server: TestDatabase;
  let database: Database;
  let ledger: LedgerService;
  let sequencer: Sequencer;
  let publisher: Publisher;
  let witness: ReturnType<typeof spawn>;
  const witnessSaid: string[] = [];
  let web: http.Server;
  let address: string;
  const policy = at('ledger', POLICY_FILE);

  beforeAll(async () => {
    buildOnce();
    server = await createTestDatabase();
    database = new Database({ url: server.urls.app, max: 3 });
    ledger = new LedgerService(keys);
    sequencer = new Sequencer({ url: server.urls.sequencer, keys });
    Object.assign(process.env, {
      DATABASE_URL: server.urls.app,
      MASTER_KEY: masterKey.toString('base64'),
      LEDGER_DIR: at('ledger'),
    });
    const port = await freePort();
    const init = ['init', at('ledger'), '--witness-folder', at('witness'), '--origin', 'gateway.example/ledger'];
    expect((await said([...init, '--witness-url', `http://127.0.0.1:${port}`])).code).toBe(0);
    const program = ['dist/apps/cli/src/main.js', 'ledger', 'witness', at('witness'), '--port', `${port}`, '--json'];
    witness = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
    witness.stdout?.on('data', (bytes: Buffer) => witnessSaid.push(bytes.toString()));
    await until('the witness to answer', async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok);
    publisher = new Publisher({ url: server.urls.sequencer, folder: at('ledger') });
    await grow(300);
    fs.writeFileSync(at('older'), (await new PublishedLog(database).checkpoint())!);
    await grow(300);

    web = http.createServer((request, response) => {
      fs.readFile(path.join(at('copy'), request.url ?? ''), (error, bytes) => {
        response.writeHead(error === null ? 200 : 404).end(error === null ? bytes : '');
      });
    });
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(web.address() as { port: number }).port}`;
  });
  afterAll(async () => {
    witness.kill();
    await once(witness, 'exit');
    web.close();
    web.closeAllConnections();
    await publisher.stop();
    await sequencer.stop();
    await database.close();
    await server.drop();
    fs.rmSync(folder, { recursive: true });
    for (const name of ['DATABASE_URL', 'MASTER_KEY', 'LEDGER_DIR']) Reflect.deleteProperty(process.env, name);
  });

  async function grow(count: number): Promise<EntryId[]> {
    const entry = { type: 'topic.changed' as const, brandId: BRAND, clear: {}, disclosed: { topic: { key: 'x' } } };
    const entries = Array.from({ length: count }, () => ({ ...entry, at: Date.now() }));
    const made = await database.transaction((tx) => ledger.append(tx, entries));
    await sequencer.runOnce();
    await publisher.runOnce();
    return made.map(({ id }) => id);
  }

  /** What a command writes, and its exit code. */
  async function said(argv: readonly string[]): Promise<{ code: number; text: string }> {
    const lines: string[] = [];
    const { log } = globalThis.console;
    globalThis.console.log = (line: string) => void lines.push(line);
    try {
      return { code: await run(argv), text: lines.join('\n') };
    } catch (error) {
      if (!(error instanceof CommandEnd)) throw error;
      return { code: error.exitCode, text: error.message };
    } finally {
      globalThis.console.log = log;
    }
  }
  const report = async (...argv: string[]): Promise<AuditReport & { code: number }> => {
    const { code, text } = await said([...argv, '--json']);
    return { ...(JSON.parse(text) as AuditReport), code };
  };
  const failing = ({ steps }: AuditReport): string[] =>
    steps.filter(({ result }) => result === 'fails').map(({ step }) => step);

  it('has the witness say where it listens, and whose cosignatures they are', () => {
    const [key] = parseTrustPolicy(fs.readFileSync(policy)).witnesses.map((one) => writeVerifierKey(one.key));
    expect(JSON.parse(witnessSaid.join(''))).toMatchObject({ url: urlOfWitness(), vkey: key });
  });

  it('names the files that other programs read', () => {
    expect([LOG_KEY_FILE, TRUST_POLICY_FILE]).toEqual([KEY_FILE, POLICY_FILE]);
    expect(fs.readdirSync(at('witness'))).toEqual(expect.arrayContaining([WITNESS_KEY_FILE, WITNESS_LOGS_FILE]));
    for (const file of [at('ledger', KEY_FILE), at('witness', WITNESS_KEY_FILE)]) {
      expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it('makes no other key for a log that has signed with one that is gone', async () => {
    const file = at('ledger', KEY_FILE);
    fs.renameSync(file, at('kept'));
    const init = ['init', at('ledger'), '--witness-folder', at('witness'), '--origin', 'gateway.example/ledger'];
    const answer = await said([...init, '--witness-url', urlOfWitness()]);
    expect(answer).toMatchObject({ code: 1, text: expect.stringContaining('Restore it') });
    fs.renameSync(at('kept'), file);
  });

  it.each(['fsck', 'reconcile'])(
    '%s says in a line that there is no such database, and did not check',
    async (part) => {
      const { DATABASE_URL: right } = process.env;
      process.env['DATABASE_URL'] = right?.replace(/\/[^/?]+(\?|$)/, '/no_such_database$1');
      try {
        const failed: unknown = await run([part]).then(
          () => null,
          (error: unknown) => error,
        );
        expect(operatingError(failed)).toMatch(/no_such_database.*: look at the name of the database in DATABASE_URL/);
      } finally {
        process.env['DATABASE_URL'] = right;
      }
    },
  );

  it.each<[string, string, () => Record<string, string>, string]>([
    ['the file of the key is none', 'fsck', () => ({ LEDGER_DIR: spoilt('x', 0o600) }), 'does not start with'],
    ['others can read the key', 'fsck', () => ({ LEDGER_DIR: spoilt(null, 0o644) }), 'can be read by others'],
    ['there is no key', 'fsck', () => ({ LEDGER_DIR: at('no-such-folder') }), 'log.key is missing'],
    ['the master key is cut short', 'reconcile', () => ({ MASTER_KEY: 'abcd' }), 'MASTER_KEY has 3 bytes'],
    ['the database has no log', 'fsck', () => ({ DATABASE_URL: elsewhere() }), 'could not be checked'],
    ['the database has no log', 'reconcile', () => ({ DATABASE_URL: elsewhere() }), 'could not be checked'],
    ['the database has no log', 'export-static', () => ({ DATABASE_URL: elsewhere() }), 'could not be checked'],
  ])('does not say that a log does not hold where %s: %s', async (_why, part, settings, why) => {
    const before = { ...process.env };
    Object.assign(process.env, settings());
    try {
      const argv = part === 'export-static' ? [part, at('of-nothing')] : [part];
      expect(await said(argv)).toEqual({ code: 2, text: expect.stringContaining(why) });
    } finally {
      Object.assign(process.env, before);
    }
  });

  it('finds a sound log sound: in its database, in a copy, over HTTP, and against an older checkpoint', async () => {
    const fsck = await report('fsck');
    expect([fsck.code, fsck.verdict, fsck.size]).toEqual([0, 'holds', 600]);
    expect(fsck.steps.filter(({ result }) => result !== 'holds')).toEqual([]);
    expect(await report('verify', 'database', '--policy', policy)).toMatchObject({ code: 0, size: 600 });

    expect((await said(['export-static', at('copy')])).text).toContain('600 entries');
    const again = JSON.parse((await said(['export-static', at('copy'), '--json'])).text) as { written: number };
    expect(again.written).toBe(1);
    for (const where of [at('copy'), address]) {
      const found = await report('verify', where, '--policy', policy, '--older', at('older'));
      expect([found.code, failing(found), found.size]).toEqual([0, [], 600]);
      expect(await report('consistency', at('older'), where, '--policy', policy)).toMatchObject({ code: 0 });
      expect(await report('fsck', where)).toMatchObject({ code: 0, verdict: 'holds' });
    }
    const words = (await said(['verify', address, '--policy', policy])).text;
    expect(words).toContain('holds  root');
    expect(words).toContain('gateway.example/ledger, 600 entries, holds.');
  });

  it('follows a log from look to look, and a copy from the copy’s address', async () => {
    const look = ['monitor', 'database', '--policy', policy, '--state', at('seen'), '--once'];
    expect((await report(...look)).code).toBe(0);
    await grow(5);
    const grown = await report(...look);
    expect(grown).toMatchObject({ code: 0, size: 605 });
    expect(grown.steps.find(({ step }) => step === 'entries')).toEqual({
      step: 'entries',
      result: 'holds',
      problem: '5 new',
    });
    expect(grown.steps.find(({ step }) => step === 'times')).toEqual({ step: 'times', result: 'holds', problem: '' });
    expect(parseSignedCheckpoint(fs.readFileSync(at('seen'))).checkpoint.size).toBe(605);
    // The copy stands at 600: to whoever has seen 605 that is a log that has shrunk.
    const behind = await report('monitor', address, '--policy', policy, '--state', at('seen'), '--once');
    expect([behind.code, failing(behind)]).toEqual([1, ['consistency']]);
    await said(['export-static', at('copy')]);
    expect(await report('monitor', address, '--policy', policy, '--state', at('seen'), '--once')).toMatchObject({
      code: 0,
    });
    // A copy of more, or of another log, is not written over: it may be all that shows what was lost.
    const copied = fs.readFileSync(at('copy', 'checkpoint'), 'utf8');
    for (const [other, why] of [
      [copied.replace(/\n605\n/, '\n606\n'), 'it has shrunk from 606 entries to 605'],
      [copied.replace(/^[^\n]+/, 'other.example/log'), 'the older checkpoint is of other.example/log'],
    ] as const) {
      fs.writeFileSync(at('copy', 'checkpoint'), other);
      expect(await said(['export-static', at('copy')])).toMatchObject({ code: 1, text: expect.stringContaining(why) });
      expect(fs.readFileSync(at('copy', 'checkpoint'), 'utf8')).toBe(other);
    }
    fs.writeFileSync(at('copy', 'checkpoint'), copied);
    fs.mkdirSync(at('junk'));
    fs.writeFileSync(at('junk', 'checkpoint'), 'not a checkpoint');
    expect(await said(['export-static', at('junk')])).toMatchObject({ code: 2 });
    // Of a run that was broken off nothing is believed: what no checkpoint promises is written anew.
    fs.mkdirSync(at('broken', 'tile/0'), { recursive: true });
    fs.writeFileSync(at('broken', 'tile/0/000'), Buffer.alloc(8_192));
    await said(['export-static', at('broken')]);
    expect(await report('verify', at('broken'), '--policy', policy)).toMatchObject({ code: 0 });
    const bundle = at('copy', 'tile/entries/002.p/93');
    const bytes = fs.readFileSync(bundle);
    fs.rmSync(at('seen'));
    fs.writeFileSync(bundle, Buffer.from(bytes.toString('latin1').replace('topic.changed', 'brand.changed'), 'latin1'));
    expect(failing(await report('monitor', at('copy'), '--policy', policy, '--state', at('seen'), '--once'))).toEqual([
      'entries',
    ]);
    fs.writeFileSync(bundle, bytes);
    // A witness had seen the log without an entry long after the time that it says.
    await report(...look);
    const { note } = parseSignedCheckpoint(fs.readFileSync(at('seen')));
    const { key, privateKey } = parseSigningKey(fs.readFileSync(at('witness', WITNESS_KEY_FILE), 'utf8').trim());
    const late = cosign(note.text, key, privateKey, Math.floor(Date.now() / 1000) + 3_700);
    fs.writeFileSync(at('seen'), writeNote({ ...note, signatures: [note.signatures[0]!, late] }));
    await grow(1);
    await said(['export-static', at('copy')]);
    const { note: next } = parseSignedCheckpoint(fs.readFileSync(at('copy', 'checkpoint')));
    const later = cosign(next.text, key, privateKey, Math.floor(Date.now() / 1000) + 3_710);
    fs.writeFileSync(at('copy', 'checkpoint'), writeNote({ ...next, signatures: [next.signatures[0]!, later] }));
    const dated = await report('monitor', at('copy'), '--policy', policy, '--state', at('seen'), '--once');
    fs.writeFileSync(at('copy', 'checkpoint'), writeNote(next));
    expect([dated.code, failing(dated)]).toEqual([1, ['times']]);
    expect(dated.steps.find(({ step }) => step === 'times')?.problem).toMatch(/^entry 605: it is back-dated/);
    fs.rmSync(at('seen'));
    const stale = [...look, '--fresh', '1'];
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect(failing(await report(...stale))).toEqual(['fresh']);
  });

  it('judges one entry by its proof file, without database and network', async () => {
    const [id] = await grow(1);
    const log = new PublishedLog(database);
    fs.writeFileSync(at('one.tlog-proof'), (await log.proof(id!, BRAND))!);
    fs.writeFileSync(at('entry'), (await ledger.entry(database.tx, id!))!.leaf);
    const lines = await ledger.disclosureLines(database.tx, id!);
    fs.writeFileSync(at('disclosures'), lines.map((line) => `${Buffer.from(line).toString('base64url')}\n`).join(''));
    const argv = ['verify', at('one.tlog-proof'), '--policy', policy, '--disclosures', at('disclosures'), '--entry'];
    expect(await report(...argv, at('entry'))).toMatchObject({ code: 0, verdict: 'holds' });
    // As the receipt of an erasure has them.
    fs.writeFileSync(at('disclosures'), lines.join('\n'));
    expect(await report(...argv, at('entry'))).toMatchObject({ code: 0, verdict: 'holds' });
    fs.writeFileSync(at('other'), (await ledger.entries(database.tx, -1, 1)).entries[0]!.leaf);
    expect(failing(await report(...argv, at('other')))).toEqual(['disclosures', 'inclusion']);
    fs.writeFileSync(at('disclosures'), lines.join('\n').replace('topic', 'Topic'));
    expect(failing(await report(...argv, at('entry')))).toEqual(['disclosures']);
  });

  it('writes a copy by one run at a time, and refuses another in a line that says which one is there', async () => {
    const [whole, both] = [at('whole'), at('both')];
    await said(['export-static', whole]);
    // A server that holds one answer back, and has an older checkpoint by then.
    let letGo = (): void => undefined;
    const isAsked = new Promise<void>((asked) => {
      letGo = asked;
    });
    const held: http.ServerResponse[] = [];
    const slow = http.createServer((request, response) => {
      if (request.url === '/checkpoint') return void response.end(fs.readFileSync(at('older')));
      held.push(response);
      letGo();
    });
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
    const from = `http://127.0.0.1:${(slow.address() as { port: number }).port}`;
    const first = run(['export-static', both, '--from', from]).then(String, (error: unknown) => String(error));
    await isAsked;
    const second = await said(['export-static', both, '--from', whole]);
    for (const response of held) response.writeHead(404).end();
    const ended = await first;
    slow.close();
    expect(second).toEqual({
      code: 2,
      text: expect.stringContaining(`Another run writes to ${both}: process ${process.pid} on ${os.hostname()}`),
    });
    expect(ended).toContain('is missing in the log');
    expect((await said(['export-static', both, '--from', whole])).code).toBe(0);
    expect(fs.readdirSync(both).sort()).toEqual(['checkpoint', 'tile']);
  });

  it('ends with 1 for what does not hold, and with 2 for what cannot be checked', async () => {
    await said(['export-static', at('bad')]);
    const tile = at('bad', 'tile/0/001');
    const bytes = fs.readFileSync(tile);
    bytes[9]! ^= 1;
    fs.writeFileSync(tile, bytes);
    const bad = await report('verify', at('bad'), '--policy', policy);
    expect([bad.code, failing(bad)]).toEqual([1, ['tiles']]);
    fs.rmSync(at('bad', 'tile/entries/001'));
    expect(failing(await report('verify', at('bad'), '--policy', policy))).toEqual(['entries']);

    const nobody = { ...parseTrustPolicy(fs.readFileSync(policy)), logs: [] };
    fs.writeFileSync(at('nobody'), writeTrustPolicy(nobody));
    expect(failing(await report('verify', address, '--policy', at('nobody')))).toEqual(['log']);

    fs.writeFileSync(at('no-policy'), 'x');
    expect(
      (await said(['verify', at('one.tlog-proof'), '--policy', at('no-policy'), '--entry', at('entry')])).code,
    ).toBe(2);
    expect((await said(['verify', address, '--policy', at('no-policy')])).code).toBe(2);
    expect(await said(['verify', address])).toMatchObject({ code: 2, text: expect.stringContaining('--policy') });
    expect((await report('verify', 'http://127.0.0.1:1', '--policy', policy)).code).toBe(2);
    expect((await said(['verify', at('nowhere'), '--policy', policy])).code).toBe(2);
    expect((await said(['verify', address, '--policy', at('older')])).code).toBe(2);
    for (const option of [
      ['--policy', '/dev/zero'],
      ['--policy', policy, '--older', '/dev/zero'],
    ]) {
      const endless = await said(['verify', address, ...option]);
      expect(endless).toMatchObject({ code: 2, text: expect.stringContaining('more than 1048576 bytes') });
    }
    expect(await said(['monitor', address, '--policy', policy, '--state', '/dev/zero', '--once'])).toMatchObject({
      ...{ code: 2, text: expect.stringContaining('more than 1048576 bytes') },
    });
    expect((await said(['consistency', at('nowhere'), address, '--policy', policy])).code).toBe(2);
    expect(await report('verify', `${address}/elsewhere`, '--policy', policy)).toMatchObject({
      code: 2,
      verdict: 'unchecked',
    });
    const follows = ['monitor', `${address}/elsewhere`, '--policy', policy, '--state', at('elsewhere'), '--once'];
    expect(await report(...follows)).toMatchObject({ code: 2, verdict: 'unchecked' });
    for (const part of ['rotate', 'witness']) {
      expect(await said([part, at('nowhere')])).toEqual({ code: 2, text: expect.stringMatching(/\.key is missing: /) });
    }
    fs.mkdirSync(at('half'));
    fs.copyFileSync(at('witness', WITNESS_KEY_FILE), at('half', WITNESS_KEY_FILE));
    expect(await said(['witness', at('half')])).toMatchObject({
      code: 2,
      text: expect.stringContaining('logs.txt is missing'),
    });
    expect((await said(['nonsense'])).code).toBe(2);
    expect((await said(['--help'])).code).toBe(0);
  });

  it('reads no more of an answer than a log can have, packed or not', async () => {
    let sent = 0;
    const zeros = Buffer.alloc(65_536);
    const endless = http.createServer((request, response) => {
      const packer = request.url?.startsWith('/packed') === true ? createGzip({ level: 1 }) : null;
      if (packer !== null) response.writeHead(200, { 'content-encoding': 'gzip' });
      const to = packer ?? response;
      packer?.pipe(response);
      const more = (): void => {
        for (let goesOn = true; goesOn && !response.destroyed; sent += zeros.length) goesOn = to.write(zeros);
      };
      to.on('drain', more);
      more();
    });
    await new Promise<void>((resolve) => endless.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(endless.address() as { port: number }).port}`;
    try {
      for (const where of [url, `${url}/packed`]) {
        const found = await report('verify', where, '--policy', policy);
        expect([found.code, found.steps[0]!.problem]).toEqual([2, `${where}/checkpoint answers too much`]);
      }
      // What is in the pipes between the two is read by nobody.
      expect(sent).toBeLessThan(200_000_000);
    } finally {
      endless.close();
      endless.closeAllConnections();
    }
  }, 120_000);

  it('makes a key once, and changes it with an overlap that the log tells of', async () => {
    expect((await said(['keygen', at('spare'), '--name', 'spare.example'])).text).toMatch(
      /^spare\.example\+[0-9a-f]{8}\+/,
    );
    expect((await said(['keygen', at('spare'), '--name', 'spare.example'])).code).toBe(2);
    const other = await said(['keygen', at('spare'), '--name', 'spare.example', '--witness', '--json']);
    expect(JSON.parse(other.text)).toEqual({
      ...{ vkey: expect.stringMatching(/^spare\.example\+/), file: at('spare', WITNESS_KEY_FILE) },
    });
    expect((await said(['rotate', at('ledger'), '--finish'])).code).toBe(2);
    // A place that takes no folders is refused; Node's own way of making them would never end.
    await expect(said(['keygen', '/proc/none/such', '--name', 'spare.example'])).rejects.toMatchObject({
      code: 'ENOENT',
    });

    const before = parseTrustPolicy(fs.readFileSync(policy));
    const { text } = await said(['rotate', at('ledger')]);
    const [vkey = ''] = text.split('\n');
    expect((await said(['rotate', at('ledger')])).code).toBe(2);
    await publisher.stop();
    publisher = new Publisher({ url: server.urls.sequencer, folder: at('ledger') });
    await grow(1);
    const page = await ledger.entries(database.tx, -1, 1000, { type: 'key.rotated' });
    expect(page.entries.map(({ leaf }) => JSON.parse(leaf.toString()) as object)).toMatchObject([{ vkey }]);
    // Whoever trusts the old key alone, and whoever trusts the new one as well.
    fs.writeFileSync(at('old'), writeTrustPolicy(before));
    for (const trust of [at('old'), policy]) {
      expect(await report('verify', 'database', '--policy', trust)).toMatchObject({ code: 0 });
    }
    const finish = ['rotate', at('ledger'), '--finish', '--json'];
    const untouched = (): string[] =>
      [KEY_FILE, POLICY_FILE].map((name) => fs.readFileSync(at('ledger', name), 'utf8'));
    const kept = untouched();
    expect(await said(finish)).toMatchObject({
      code: 2,
      text: expect.stringContaining(`logs.txt of each, beside the old one, and finish then:\n${vkey}`),
    });
    const url = urlOfWitness();
    fs.writeFileSync(policy, kept[1]!.replace(url, 'http://127.0.0.1:1'));
    expect(await said(finish)).toMatchObject({
      code: 2,
      text: expect.stringMatching(/own at http:.* does not answer/),
    });
    fs.writeFileSync(policy, kept[1]!);
    expect(untouched()).toEqual(kept);
    // The witness learns of the new key from its list of logs, while it runs.
    setUpFolders({ ledger: at('ledger'), witness: at('witness'), logUrl: address, witnessUrl: url });
    const { size } = parseSignedCheckpoint((await new PublishedLog(database).checkpoint())!).checkpoint;
    const [old] = before.logs.map(({ key }) => writeVerifierKey(key));
    const done = await said(finish);
    expect(JSON.parse(done.text)).toEqual({ vkey, retired: { vkey: old, until: size }, unasked: [] });
    await publisher.stop();
    publisher = new Publisher({ url: server.urls.sequencer, folder: at('ledger') });
    await grow(1);
    expect(await report('verify', 'database', '--policy', policy)).toMatchObject({ code: 0 });
    expect(failing(await report('verify', 'database', '--policy', at('old')))).toEqual(['log']);
    // What the old key has signed holds under the operator's own policy, also after the next start and the next rotation.
    setUpFolders({ ledger: at('ledger'), witness: at('witness'), logUrl: address, witnessUrl: url });
    expect(await report('fsck')).toMatchObject({ code: 0, verdict: 'holds' });
    expect((await report('consistency', at('older'), 'database', '--policy', policy)).code).toBe(0);
    expect((await said(['rotate', at('ledger')])).code).toBe(0);
    const after = parseTrustPolicy(fs.readFileSync(policy)).logs;
    expect(after.map(({ until }) => until)).toEqual([undefined, undefined, size]);
    // A key that has never signed does not take over.
    expect(await said([...finish, '--wait', '0.3'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('has not'),
    });
    expect((await said([...finish, '--wait', 'x'])).code).toBe(2);
    // Once the worker has it, it signs, though nothing else happens that would have to be signed.
    await sequencer.runOnce();
    await publisher.runOnce();
    await publisher.stop();
    publisher = new Publisher({ url: server.urls.sequencer, folder: at('ledger') });
    setUpFolders({ ledger: at('ledger'), witness: at('witness'), logUrl: address, witnessUrl: url });
    const finishing = said(finish);
    const isDone = finishing.then(() => true);
    const aWhile = () => new Promise<false>((resolve) => setTimeout(() => resolve(false), 100));
    while (!(await Promise.race([isDone, aWhile()]))) {
      await sequencer.runOnce();
      await publisher.runOnce();
    }
    expect((await finishing).code).toBe(0);
  });

  /** A folder like that of the log whose key has this text and these rights. */
  function spoilt(text: string | null, mode: number): string {
    const place = fs.mkdtempSync(at('spoilt-'));
    const key = fs.readFileSync(at('ledger', KEY_FILE), 'utf8');
    fs.writeFileSync(path.join(place, KEY_FILE), text ?? key);
    fs.chmodSync(path.join(place, KEY_FILE), mode);
    return place;
  }

  /** Where the server keeps what is no gateway's. */
  function elsewhere(): string {
    const url = new URL(server.urls.admin);
    url.pathname = '/postgres';
    return url.href;
  }

  const urlOfWitness = (): string => parseTrustPolicy(fs.readFileSync(policy)).witnesses[0]!.url!;
});

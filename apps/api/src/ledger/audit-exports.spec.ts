import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RetentionService } from '#lib/consent';
import { AuditExportService, Publisher, Sequencer, trustPolicyOf } from '#lib/ledger';
import { KEY_RING, type KeyRing } from '#lib/platform';
import {
  ED25519,
  parseManifest,
  readZip,
  signingKey,
  writeManifest,
  writeSigningKey,
  writeVerifierKey,
  writeZip,
} from '#lib/proof';
import { describeInBrowser } from '../../../../test/support/browser.js';
import { findProgram } from '../../../../test/support/optional-program.js';
import { passTime, TEST_CLOCK } from '../../../../test/support/database-clock.js';
import { buildOnce } from '../../../../test/support/processes.js';
import { run } from '../../../cli/src/verify/verify.js';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

const LOG = signingKey('gateway.example/ledger', ED25519, Buffer.alloc(32, 1));

describeInBrowser('a bundle of evidence, from the order to an auditor’s machine', (browser) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bundle-'));
  const at = (...names: string[]): string => path.join(folder, ...names);
  let api: RunningApi;
  let key: string;
  let sequencer: Sequencer;
  let publisher: Publisher;
  let bundle: Buffer;

  beforeAll(async () => {
    buildOnce();
    api = await RunningApi.start({}, TEST_CLOCK);
    key = await api.brand('acme');
    for (const { method, path: url, body } of SET_UP_BODIES.slice(1, 4)) await api.send(method, url, { key, body });
    const contactPoints = [{ channel: 'email', address: 'ada@people.example' }];
    await api.send('PUT', '/v1/contacts/ada', { key, body: { contactPoints } });
    const body = {
      ...{ channel: 'email', purpose: 'marketing', topics: ['news'], kind: 'granted', legalBasis: 'consent' },
      ...{ method: 'web_form', notice: { key: 'terms', version: 1, language: 'de' }, evidence: { ip: '192.0.2.77' } },
    };
    await api.send('POST', '/v1/contacts/ada/consents', { key, body });
    const { ledgerKek, ledgerMac } = api.app.get<KeyRing>(KEY_RING, { strict: false });
    const url = api.database.urls.sequencer;
    sequencer = new Sequencer({ url, keys: { kek: ledgerKek, macKey: ledgerMac } });
    fs.writeFileSync(at('log.key'), writeSigningKey(LOG), { mode: 0o600 });
    publisher = new Publisher({ url, folder });
    bundle = await bundleOf({ contact: 'ada' });
    fs.writeFileSync(at('bundle.zip'), bundle);
    fs.writeFileSync(at('trust.txt'), trustPolicyOf(folder));
    const text = readZip(bundle).get('report.html')!.toString();
    fs.writeFileSync(at('report.html'), text);
    fs.writeFileSync(at('tampered.html'), text.replaceAll('web_form', 'telephon'));
  }, 120_000);
  afterAll(async () => {
    await publisher.stop();
    await sequencer.stop();
    await api.stop();
    fs.rmSync(folder, { recursive: true });
  });

  async function bundleOf(body: object): Promise<Buffer> {
    const ordered = await api.send('POST', '/v1/exports', { key, body });
    expect([ordered.status, ordered.json()]).toMatchObject([202, { state: 'queued', size: null, bytes: null }]);
    const { id } = ordered.json<{ id: string }>();
    expect((await api.send('GET', `/v1/exports/${id}/bundle`, { key })).status).toBe(409);
    const exports = api.app.get(AuditExportService, { strict: false });
    for (let i = 0; i < 50 && !(await exports.buildNext(() => trustPolicyOf(folder))); i++) {
      while ((await sequencer.runOnce()) > 0);
      await publisher.runOnce();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect((await api.send('GET', `/v1/exports/${id}`, { key })).json()).toMatchObject({ state: 'ready' });
    const { rawPayload, headers, statusCode } = await api.app.inject({
      method: 'GET',
      url: `/v1/exports/${id}/bundle`,
      headers: { authorization: `Bearer ${key}` },
    });
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/zip']);
    return rawPayload;
  }

  /** The program inside the bundle, with nothing around it but Node. */
  const verifyAlone = (...argv: string[]) => {
    fs.writeFileSync(at('verify.mjs'), readZip(bundle).get('verify.mjs')!);
    const { status, stdout, stderr } = spawnSync(process.execPath, [at('verify.mjs'), ...argv], {
      encoding: 'utf8',
      cwd: folder,
    });
    return { status, text: stdout + stderr };
  };
  const verifyHere = async (...argv: string[]): Promise<{ status: number; text: string }> => {
    const lines: string[] = [];
    const { log } = globalThis.console;
    globalThis.console.log = (line: string) => void lines.push(line);
    try {
      return { status: await run(argv), text: `${lines.join('\n')}\n` };
    } finally {
      globalThis.console.log = log;
    }
  };
  /** What `consentctl` says besides: only it knows what else should lie in a bundle. */
  const withoutPrograms = ({ status, text }: { status: number; text: string }, line: string) => {
    expect(text.split('\n').filter((one) => one.includes('programs'))).toEqual([line]);
    return { status, text: text.replace(`${line}\n`, '') };
  };
  const tampered = (): Buffer => {
    const files = readZip(bundle);
    const text = files.get('entries.ndjson')!.toString();
    return writeZip(new Map([...files, ['entries.ndjson', Buffer.from(text.replace('web_form', 'telephon'))]]));
  };

  it('is an archive that another program can unpack', () => {
    const python = findProgram(['python3']);
    if (python === undefined && process.env['CI'] !== 'true') return;
    const { stdout } = spawnSync(python ?? 'python3', ['-m', 'zipfile', '-t', at('bundle.zip')], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('Done testing');
  });

  it('verifies by the program in it and by consentctl in the same words, as an archive and unpacked', async () => {
    for (const [name, bytes] of readZip(bundle)) {
      fs.mkdirSync(path.dirname(at('unpacked', name)), { recursive: true });
      fs.writeFileSync(at('unpacked', name), bytes);
    }
    for (const place of ['bundle.zip', 'unpacked']) {
      const argv = [at(place), '--policy', at('trust.txt')];
      const [alone, here] = [verifyAlone(...argv), await verifyHere(...argv)];
      expect(alone).toEqual(withoutPrograms(here, 'holds  programs'));
      expect(here).toMatchObject({ status: 0, text: expect.stringContaining('The bundle holds.') });
      expect(here.text).toMatch(/^holds +\d+ {2}\S+Z {2}consent\.granted$/m);
      const json = JSON.parse((await verifyHere(...argv, '--json')).text) as { verdict: string; records: object[] };
      expect([json.verdict, json.records.length > 3]).toEqual(['holds', true]);
    }
  });

  it('of somebody who became another has what they said since, and holds beside a copy of the log too', async () => {
    const contactPoints = (name: string) => [{ channel: 'email', address: `${name}@people.example` }];
    for (const name of ['first', 'second', 'third'])
      await api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints: contactPoints(name) } });
    for (const [into, from] of [
      ['second', 'first'],
      ['third', 'second'],
    ])
      await api.send('POST', `/v1/contacts/${into}/merge`, { key, body: { from } });
    const text = { channel: 'email', from: 'first@people.example', text: 'STOP' };
    await api.send('POST', '/v1/inbound/texts', { key, body: text });
    for (const contact of ['first', 'second', 'third']) {
      fs.writeFileSync(at(`${contact}.zip`), await bundleOf({ contact }));
      const argv = [at(`${contact}.zip`), '--policy', at('trust.txt')];
      const { status, text: told } = await verifyHere(...argv);
      expect([contact, status, told]).toEqual([contact, 0, expect.stringContaining('one person (3 chains)')]);
      expect(told).toMatch(/^holds +\d+ {2}\S+Z {2}consent\.withdrawn$/m);
    }
  });

  it('answers 1 when it does not hold and 2 when it cannot be checked', async () => {
    fs.writeFileSync(at('tampered.zip'), tampered());
    const wrong = verifyAlone(at('tampered.zip'), '--policy', at('trust.txt'));
    const here = await verifyHere(at('tampered.zip'), '--policy', at('trust.txt'));
    expect(wrong).toEqual(withoutPrograms(here, 'holds  programs'));
    expect(wrong).toMatchObject({ status: 1, text: expect.stringContaining('FAILS  records') });
    fs.writeFileSync(at('cut.zip'), bundle.subarray(0, 1000));
    expect(verifyAlone(at('cut.zip'), '--policy', at('trust.txt'))).toMatchObject({ status: 1 });
    expect(verifyAlone(at('none.zip'), '--policy', at('trust.txt'))).toMatchObject({ status: 2 });
    expect(verifyAlone(at('bundle.zip'))).toMatchObject({ status: 2 });
    // What whoever checks has brought, and is not what it should be, says nothing about the bundle.
    for (const given of [
      ['--policy', at('bundle.zip')],
      ['--policy', at('trust.txt'), '--older', at('bundle.zip')],
      ['--policy', at('trust.txt'), '--older', at('trust.txt')],
    ])
      for (const bundle of ['bundle.zip', 'tampered.zip']) {
        await expect(run([at(bundle), ...given])).rejects.toMatchObject({ exitCode: 2 });
        expect(verifyAlone(at(bundle), ...given)).toMatchObject({ status: 2 });
      }
  });

  it('says that a page beside the evidence is another one, and writes its own in its place', async () => {
    const files = readZip(bundle);
    const page = files.get('report.html')!.toString().replace('<body>', '<body><h1>All agreed.</h1>');
    const forged = new Map([...files, ['report.html', Buffer.from(page)]]);
    const { files: _, ...about } = parseManifest(files.get('manifest.json')!);
    forged.delete('manifest.json');
    fs.writeFileSync(at('forged.zip'), writeZip(new Map([...forged, ['manifest.json', writeManifest(about, forged)]])));
    const argv = [at('forged.zip'), '--policy', at('trust.txt')];
    const { status, text } = await verifyHere(...argv, '--report', at('own.html'));
    expect([status, text]).toEqual([0, expect.stringMatching(/^- +programs: report\.html: not as this verifier/m)]);
    expect(fs.readFileSync(at('own.html'))).toEqual(files.get('report.html'));
    await expect(run([...argv, '--report', at('no', 'such', 'folder')])).rejects.toMatchObject({ exitCode: 2 });
    await expect(run([at('forged.zip'), ...argv, '--report', at('own.html')])).rejects.toMatchObject({ exitCode: 2 });
  });

  it('opens in a browser from a disk, in German and English, and checks itself', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(pathToFileURL(at('report.html')).href);
    expect(faults).toEqual([]);
    expect(await page.locator('#verdict').getAttribute('class')).toBe('holds');
    expect(await page.locator('#verdict').textContent()).toBe('Everything in this report holds.');
    expect(await page.locator('#log').textContent()).toMatch(
      /Asked for: one person, all of the time \(brand [0-9a-f-]{36}\)\. Nothing else is in it\./,
    );
    await page.getByRole('button', { name: 'Deutsch' }).click();
    expect(await page.locator('#verdict').textContent()).toBe('Alles in diesem Bericht stimmt.');
    expect(await page.locator('#log').textContent()).toContain('Verlangt: eine Person, die ganze Zeit (Marke ');
    expect(await page.locator('#records').textContent()).toContain('Einwilligung erteilt');
    expect(await page.locator('#records').textContent()).toContain('Ja, gern.');
    expect(await page.locator('#records tr.fails').count()).toBe(0);
    expect(asked).toEqual([pathToFileURL(at('report.html')).href]);
  });

  it('says which records are gone because their time was over, and of which time it is', async () => {
    const contactPoints = [{ channel: 'email', address: 'old@people.example' }];
    await api.send('PUT', '/v1/contacts/old', { key, body: { contactPoints } });
    const said = {
      ...{
        channel: 'email',
        purpose: 'marketing',
        topics: [],
        legalBasis: 'consent',
        method: 'web_form',
        wording: 'Yes',
      },
    };
    for (const [kind, occurredAt] of [
      ['granted', '2018-01-01T00:00:00Z'],
      ['withdrawn', '2019-01-01T00:00:00Z'],
      ['granted', '2020-01-01T00:00:00Z'],
    ])
      await api.send('POST', '/v1/contacts/old/consents', { key, body: { ...said, kind, occurredAt } });
    await passTime(api.database.urls.admin, '13 months');
    await api.app.get(RetentionService, { strict: false }).forgetOldEvidence();
    const zip = await bundleOf({ contact: 'old' });
    fs.writeFileSync(at('old.zip'), zip);
    const { status, text } = await verifyHere(at('old.zip'), '--policy', at('trust.txt'));
    expect([status, text]).toEqual([
      0,
      expect.stringMatching(
        /consent\.granted \(content destroyed: its time was over\)[^]*consent\.withdrawn \(content destroyed[^]*\(content of 2 before it destroyed/,
      ),
    ]);
    const page = await browser.newPage();
    await page.setContent(readZip(zip).get('report.html')!.toString());
    expect(await page.locator('#log').textContent()).toMatch(
      /Of 2 entries only type and time are left, because the time was over/,
    );
    expect(await page.locator('#records').textContent()).toContain(
      'What 2 entries of this person before it said is destroyed',
    );
    await page.getByRole('button', { name: 'Deutsch' }).click();
    expect(await page.locator('#log').textContent()).toContain('Von 2 Einträgen sind nur Art und Zeit übrig');
    const year = await bundleOf({ from: '2017-01-01T00:00:00Z', to: '2018-01-01T00:00:00Z' });
    await page.setContent(readZip(year).get('report.html')!.toString());
    expect(await page.locator('#log').textContent()).toContain(
      'Asked for: everybody, from 2017-01-01T00:00:00.000Z to before 2018',
    );
  });

  it('opens in the language of whoever reads it', async () => {
    const languages: unknown[] = [];
    for (const locale of ['de-AT', 'en-GB', 'fr-FR']) {
      const page = await browser.newPage({ locale });
      await page.goto(pathToFileURL(at('report.html')).href);
      languages.push(await page.locator('html').getAttribute('lang'));
      await page.close();
    }
    expect(languages).toEqual(['de', 'en', 'en']);
  });

  it('shows red in the browser when somebody has changed it, or when a changed bundle is opened in it', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(at('tampered.html')).href);
    expect(await page.locator('#verdict').getAttribute('class')).toBe('fails');
    await page.goto(pathToFileURL(at('report.html')).href);
    await page.locator('#bundle-file').setInputFiles({ name: 'b.zip', mimeType: 'application/zip', buffer: bundle });
    await page.getByText('b.zip').waitFor();
    expect(await page.locator('#verdict').getAttribute('class')).toBe('holds');
    await page
      .locator('#bundle-file')
      .setInputFiles({ name: 'c.zip', mimeType: 'application/zip', buffer: tampered() });
    await page.getByText('c.zip').waitFor();
    expect(await page.locator('#verdict').getAttribute('class')).toBe('fails');
    expect(await page.locator('#records tr.fails').count()).toBe(1);
    expect(await page.locator('#records tr.fails td.result span').getAttribute('lang')).toBe('en');
    const { key: stranger } = signingKey(LOG.key.name, ED25519, Buffer.alloc(32, 9));
    const other = trustPolicyOf(folder).replace(writeVerifierKey(LOG.key), writeVerifierKey(stranger));
    expect(other).toContain(writeVerifierKey(stranger));
    await page.goto(pathToFileURL(at('report.html')).href);
    await page
      .locator('#policy-file')
      .setInputFiles({ name: 'p.txt', mimeType: 'text/plain', buffer: Buffer.from(other) });
    await page.locator('#verdict.fails').waitFor();
  });

  it('does not say in the browser that the evidence does not hold where what was chosen is no policy', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(at('report.html')).href);
    const verdict = async () => [
      await page.locator('#verdict').getAttribute('class'),
      await page.locator('#verdict').textContent(),
    ];
    const choose = (id: string, name: string, buffer: Buffer) =>
      page.locator(id).setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    const given = 'Checked against the policy file that you chose.';
    await choose('#policy-file', 'bundle.zip', bundle);
    await page.getByText('is no policy file').waitFor();
    expect(await verdict()).toEqual(['unchecked', expect.stringContaining('is no policy file')]);
    expect(await page.locator('#checks tr.fails').count()).toBe(0);
    expect(await page.locator('#trust').textContent()).not.toBe(given);
    await choose('#policy-file', 'trust.txt', Buffer.from(trustPolicyOf(folder)));
    await page.getByText(given).waitFor();
    expect(await verdict()).toEqual(['holds', 'Everything in this report holds.']);
    await choose('#policy-file', 'empty.txt', Buffer.alloc(0));
    await page.locator('#verdict.unchecked').waitFor();
    // What was chosen before is what counts still.
    await page.getByRole('button', { name: 'Deutsch' }).click();
    expect(await verdict()).toEqual(['holds', 'Alles in diesem Bericht stimmt.']);
    await choose('#policy-file', 'none.txt', Buffer.from('x'));
    await page.getByText('ist keine Vertrauensdatei').waitFor();
    await choose('#bundle-file', 'cut.zip', bundle.subarray(0, -1));
    await page.locator('#verdict.fails').waitFor();
    expect(await verdict()).toEqual(['fails', 'Die Datei ist beschädigt oder kein Paket.']);
    await page.close();
  });

  it('of the brand leaves nothing out, as a copy of the whole log shows', async () => {
    const whole = await bundleOf({});
    fs.writeFileSync(at('whole.zip'), whole);
    const log = { key: 'DATABASE_URL', before: process.env['DATABASE_URL'] };
    process.env[log.key] = api.database.urls.app;
    const look = async (name: string) => {
      const { status, text } = await verifyHere(at(name), '--policy', at('trust.txt'), '--log', 'database', '--json');
      const { steps } = JSON.parse(text) as { steps: { step: string; result: string; problem: string }[] };
      return { status, complete: steps.at(-1) };
    };
    expect(await look('whole.zip')).toMatchObject({ status: 0, complete: { step: 'complete', result: 'holds' } });
    // A person’s whole history proves itself; the copy is of the same log.
    expect(await look('bundle.zip')).toMatchObject({ status: 0, complete: { step: 'complete', result: 'holds' } });
    // Somebody leaves one record out and makes everything else right again.
    const files = readZip(whole);
    const lines = files.get('entries.ndjson')!.toString().trimEnd().split('\n');
    const gone = JSON.parse(lines[1]!) as { idx: number };
    files.set('entries.ndjson', Buffer.from(`${lines.filter((_, i) => i !== 1).join('\n')}\n`));
    fs.writeFileSync(at('shorter.zip'), writeZip(files));
    const found = await look('shorter.zip');
    expect(found.status).toBe(1);
    expect(found.complete?.problem).toBe(`entry ${gone.idx} was asked for and is not in the bundle`);
    if (log.before === undefined) Reflect.deleteProperty(process.env, log.key);
    else process.env[log.key] = log.before;
  });

  it('is about what is asked for, and for whom it belongs to', async () => {
    const other = await api.brand('other');
    const { id } = (await api.send('POST', '/v1/exports', { key, body: {} })).json<{ id: string }>();
    for (const url of [`/v1/exports/${id}`, `/v1/exports/${id}/bundle`]) {
      expect((await api.send('GET', url, { key: other })).status).toBe(404);
    }
    const weak = await api.key({ brand: 'acme', scopes: ['ledger:read', 'contacts:export'] });
    expect((await api.send('POST', '/v1/exports', { key: weak, body: {} })).status).toBe(403);
    const body = (more: object) => api.send('POST', '/v1/exports', { key, body: more });
    expect((await body({ contact: 'nobody' })).status).toBe(404);
    expect((await body({ campaign: 'nothing' })).status).toBe(404);
    expect((await body({ from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' })).status).toBe(400);
    expect((await body({ since: -1 })).status).toBe(400);
    const { entries } = (await api.send('GET', '/v1/ledger/entries?limit=1000', { key })).json<{
      entries: { leaf: string }[];
    }>();
    expect(entries.filter(({ leaf }) => leaf.includes('"t":"export.created"')).length).toBeGreaterThan(0);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SubjectId } from '#lib/kernel';
import {
  type Files,
  MANIFEST,
  parseManifest,
  readZip,
  verifyBundle,
  VolumesVerification,
  type VolumesVerdict,
  writeManifest,
  writeZip,
} from '#lib/proof';
import { itInLongForm } from '../../../../test/support/form.js';
import { ALL, BundleWorld, CAMPAIGN, consent, POLICY, sent } from '../testing/bundle-world.js';
import { BRAND } from '../testing/ledger-fixture.js';
import { VOLUME_RECORDS } from './bundle-builder.js';
import type { ExportScope } from './export.store.js';
import { BundleReader } from './read-bundle.js';
import { verifyPlaces } from './verify-places.js';

const together = (volumes: readonly Files[]): VolumesVerdict => {
  const verification = new VolumesVerification({ policy: POLICY });
  for (const files of volumes) verification.add(files);
  return verification.result();
};
const failing = ({ steps }: Pick<VolumesVerdict, 'steps'>) =>
  steps.filter(({ result }) => result === 'fails').map(({ step }) => step);

const volumesOf = async (world: BundleWorld, scope: ExportScope): Promise<{ id: string; bytes: Buffer[] }> => {
  const { id } = await world.exports.request(BRAND, scope, null, 'key-1');
  const made = await world.made(id);
  if (made.state !== 'ready') throw new Error(`the bundle is ${made.state}: ${made.failure}`);
  const bytes: Buffer[] = [];
  for (const [i] of made.volumes.entries()) {
    const parts: Buffer[] = [];
    for await (const part of (await world.exports.download(BRAND, id, i + 1)).parts) parts.push(part);
    bytes.push(Buffer.concat(parts));
  }
  return { id, bytes };
};

describe('a bundle that is too large for one file', () => {
  let world: BundleWorld;
  let one: SubjectId;
  let volumes: Map<string, Buffer>[];
  beforeAll(async () => {
    world = await BundleWorld.create(3);
    one = await world.person();
    for (let i = 0; i < 5; i++) await world.fixture.append(i % 3 === 0 ? consent(one) : sent(one, `v${i}`, CAMPAIGN));
    volumes = (await volumesOf(world, { ...ALL, subjects: [one] })).bytes.map(readZip);
  });
  afterAll(() => world.close());

  it('is several, each of which holds as far as one can, and all together hold', () => {
    expect(volumes).toHaveLength(3);
    for (const files of volumes) {
      const verdict = verifyBundle({ files, policy: POLICY });
      expect([verdict.verdict, failing(verdict)]).toEqual(['unchecked', []]);
      expect(verdict.steps.filter(({ result }) => result === 'unchecked').map(({ step }) => step)).toEqual(['volumes']);
    }
    expect(volumes.map((files) => parseManifest(files.get(MANIFEST)!).records)).toEqual([3, 3, 1]);
    const whole = together(volumes);
    expect([whole.verdict, whole.steps.map(({ step, result }) => `${step} ${result}`)]).toEqual([
      'holds',
      ['volumes holds', 'chain holds', 'heads holds'],
    ]);
  });

  it('of a campaign or a whole brand hangs together as well, and shows each record once', async () => {
    for (const scope of [ALL, { ...ALL, campaign: CAMPAIGN }]) {
      const files = (await volumesOf(world, scope)).bytes.map(readZip);
      expect(files.length).toBeGreaterThan(1);
      const verification = new VolumesVerification({ policy: POLICY });
      const positions = files
        .flatMap((volume) => verification.add(volume).records)
        .filter(({ role }) => role === 'record')
        .map(({ idx }) => idx);
      const { verdict, steps } = verification.result();
      expect([verdict, steps.at(-1)]).toEqual([
        scope === ALL ? 'holds' : 'unchecked',
        expect.objectContaining({ step: 'complete', result: 'unchecked' }),
      ]);
      expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
    }
  });

  it('is the same, byte for byte, when whoever made it died after a volume and another goes on', async () => {
    const { id, bytes } = await volumesOf(world, { ...ALL, subjects: [one] });
    const [row] = await world.fixture.asSuperuser('SELECT volumes FROM ledger.export WHERE id = $1', [id]);
    const kept = row!['volumes'] as { part: number }[];
    await world.fixture.asSuperuser('DELETE FROM ledger.export_part WHERE export_id = $1 AND n >= $2', [
      id,
      kept[1]!.part,
    ]);
    await world.fixture.asSuperuser(
      `UPDATE ledger.export SET state = 'building', volumes = $2, ended_at = NULL, records = 3, bytes = 1 WHERE id = $1`,
      [id, JSON.stringify(kept.slice(0, 1))],
    );
    // What is kept already is not made again: it would be refused.
    expect((await world.made(id)).state).toBe('ready');
    const again: Buffer[] = [];
    for (const number of [1, 2, 3]) {
      for await (const part of (await world.exports.download(BRAND, id, number)).parts) again.push(part);
    }
    expect(Buffer.concat(again).equals(Buffer.concat(bytes))).toBe(true);
  });

  it('is got volume by volume, and ends with its reason when whom it is about is erased while it is made', async () => {
    const gone = await world.fixture.subject();
    for (let i = 0; i < 4; i++) await world.fixture.append(consent(gone));
    const { id } = await volumesOf(world, { ...ALL, subjects: [gone] });
    await expect(world.exports.download(BRAND, id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.exports.download(BRAND, id, 9)).rejects.toMatchObject({ code: 'not_found' });
    await world.fixture.asSuperuser(`UPDATE ledger.export SET state = 'building' WHERE id = $1`, [id]);
    // One that nobody has begun, and one about a time in which nothing was.
    const { id: waits } = await world.exports.request(BRAND, { ...ALL, subjects: [gone] }, null, 'key-1');
    const { id: early } = await world.exports.request(BRAND, { ...ALL, subjects: [gone], to: 1 }, null, 'key-1');
    const { id: others } = await world.exports.request(BRAND, { ...ALL, subjects: [world.ada] }, null, 'key-1');
    await world.fixture.erase(gone);
    for (const one of [id, waits, early])
      expect(await world.exports.get(BRAND, one)).toMatchObject({ state: 'failed', failure: 'erased', volumes: [] });
    expect(await world.exports.get(BRAND, others)).toMatchObject({ state: 'queued', failure: null });
    await expect(world.exports.download(BRAND, id)).rejects.toThrow('The bundle could not be made: erased.');
    expect(await world.fixture.asSuperuser('SELECT 1 FROM ledger.export_part WHERE export_id = $1', [id])).toEqual([]);
    await world.fixture.asSuperuser(`UPDATE ledger.export SET state = 'failed' WHERE state = 'queued'`);
  });

  it('of a brand goes on before the first volume that holds somebody who is erased while it is made', async () => {
    const [late, never] = [await world.fixture.subject(), await world.fixture.subject()];
    const [first] = await world.fixture.append(consent(late));
    const { id, bytes } = await volumesOf(world, ALL);
    await world.fixture.append(consent(never));
    const row = async () => {
      const [found] = await world.fixture.asSuperuser(
        `SELECT state, size, volumes, records::int, (SELECT count(*)::int FROM ledger.export_part WHERE export_id = x.id) AS parts
           FROM ledger.export x WHERE id = $1`,
        [id],
      );
      return found as {
        state: string;
        size: number;
        volumes: { end: number; records: number }[];
        records: number;
        parts: number;
      };
    };
    const whole = await row();
    expect(whole.volumes.length).toBeGreaterThan(2);
    await world.fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', ended_at = NULL WHERE id = $1`, [id]);
    // In no volume, though the build may have come to it.
    await world.fixture.erase(never);
    expect(await row()).toMatchObject({ state: 'queued', size: whole.size, volumes: whole.volumes });
    await world.fixture.erase(late);
    const at = (await world.fixture.ledger.positions(world.fixture.database.tx, [first!.id])).get(first!.id) ?? 0;
    const kept = whole.volumes.filter(({ end }) => end <= at);
    expect(kept.length).toBeGreaterThan(1);
    expect(await row()).toEqual({
      ...{ state: 'queued', size: whole.size, volumes: kept, parts: kept.length },
      records: kept.reduce((sum, { records }) => sum + records, 0),
    });
    const made = await world.made(id);
    expect([made.state, made.records]).toEqual(['ready', whole.records]);
    const again: Buffer[] = [];
    for (const [i] of made.volumes.entries()) {
      const parts: Buffer[] = [];
      for await (const part of (await world.exports.download(BRAND, id, i + 1)).parts) parts.push(part);
      again.push(Buffer.concat(parts));
    }
    expect(again.slice(0, kept.length).every((one, i) => one.equals(bytes[i]!))).toBe(true);
    const erasedIn = (files: readonly Buffer[]) => {
      const verification = new VolumesVerification({ policy: POLICY });
      const shown = files.map(readZip).flatMap((volume) => verification.add(volume).records);
      expect(verification.result().verdict).toBe('holds');
      return shown.filter(({ content }) => content === 'erased').length;
    };
    expect(erasedIn(again)).toBe(erasedIn(bytes) + 1);
    // Whoever is in the first volume has all of it made again; whoever came later is in no bundle of before.
    await world.fixture.asSuperuser(`UPDATE ledger.export SET state = 'building', ended_at = NULL WHERE id = $1`, [id]);
    await world.fixture.erase(world.ada);
    expect(await row()).toMatchObject({ state: 'queued', size: whole.size, volumes: [], parts: 0, records: 0 });
    await world.fixture.asSuperuser(`UPDATE ledger.export SET state = 'failed' WHERE state = 'queued'`);
  });

  it('is checked by programs in whatever order its files are named, one in memory at a time', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'volumes-'));
    const places = [2, 0, 1].map((i) => path.join(folder, `${i}.zip`));
    for (const [i, files] of volumes.entries()) fs.writeFileSync(path.join(folder, `${i}.zip`), writeZip(files));
    const told: string[] = [];
    const { whole, positions } = verifyPlaces(places, { policy: POLICY }, (_, place) =>
      told.push(path.basename(place)),
    );
    expect([whole.verdict, told, positions.size]).toEqual(['holds', ['0.zip', '1.zip', '2.zip'], 7]);
    fs.rmSync(folder, { recursive: true });
  });

  it('is read from a folder of its files, in which nothing leads elsewhere', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'volumes-'));
    const [first] = volumes;
    for (const [name, bytes] of first!) {
      fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), bytes);
    }
    const read = () => new BundleReader().read(folder);
    expect([...read().keys()].sort()).toEqual([...first!.keys()].sort());
    fs.symlinkSync(os.devNull, path.join(folder, 'report2.html'));
    expect(read).toThrow('report2.html is neither a file nor a folder');
    fs.rmSync(folder, { recursive: true });
  });

  describe('and that somebody has changed is told apart:', () => {
    const relisted = (given: Files): Files => {
      const { files: _, ...about } = parseManifest(given.get(MANIFEST)!);
      const rest = new Map([...given].filter(([name]) => name !== MANIFEST));
      return new Map([...rest, [MANIFEST, writeManifest(about, rest)]]);
    };
    const numbered = (given: Files, volume: object): Files => {
      const value = JSON.parse(given.get(MANIFEST)!.toString()) as { volume: object };
      const text = JSON.stringify({ ...value, volume: { ...value.volume, ...volume } });
      const sorted = text.replace(/"volume":\{[^}]*\}/, (all) => {
        const { end, number, start } = JSON.parse(all.slice(9)) as Record<string, number>;
        return `"volume":${JSON.stringify({ end, number, start })}`;
      });
      return new Map([...given, [MANIFEST, Buffer.from(`${sorted}\n`)]]);
    };
    const [A, B, C] = [0, 1, 2].map((i) => (): Files => volumes[i]!) as [() => Files, () => Files, () => Files];
    /** As somebody does who leaves the last record of a volume out and knows how a bundle is made. */
    const shorter = (given: Files): Files => {
      const lines = given.get('entries.ndjson')!.toString().trimEnd().split('\n');
      const isRecord = (line: string): boolean => line.includes('"role":"record"');
      const at = lines.findLastIndex(isRecord);
      const left = lines.filter((_, i) => i !== at);
      const { files: _, ...about } = parseManifest(given.get(MANIFEST)!);
      const rest = new Map([...given].filter(([name]) => name !== MANIFEST));
      rest.set('entries.ndjson', Buffer.from(`${left.join('\n')}\n`));
      rest.set(
        'report.csv',
        Buffer.from(`${rest.get('report.csv')!.toString().trimEnd().split('\r\n').slice(0, -1).join('\r\n')}\r\n`),
      );
      return new Map([...rest, [MANIFEST, writeManifest({ ...about, records: about.records - 1 }, rest)]]);
    };

    it.each<[string, () => readonly Files[], readonly string[]]>([
      ['the first left out', () => [B(), C()], ['volumes', 'chain']],
      ['one in the middle left out', () => [A(), C()], ['volumes', 'chain']],
      ['the last left out', () => [A(), B()], ['volumes', 'chain', 'heads']],
      ['one of them twice', () => [A(), B(), B(), C()], ['volumes', 'chain']],
      ['a record left out where two meet', () => [shorter(A()), B(), C()], ['records', 'report', 'chain']],
      [
        'one left out and the rest numbered anew',
        () => [A(), numbered(C(), { number: 2, start: parseManifest(A().get(MANIFEST)!).volume!.end })],
        ['chain', 'report'],
      ],
      [
        'one that claims to be the last',
        () => [A(), numbered(B(), { end: parseManifest(C().get(MANIFEST)!).size })],
        ['chain', 'heads', 'report'],
      ],
      ['a changed file in one of them', () => [A(), new Map([...B(), ['README.txt', Buffer.of(1)]]), C()], ['files']],
      ['a bundle of its own among them', () => [A(), B(), relisted(whole(C()))], ['volumes', 'chain', 'report']],
    ])('%s', (_what, given, steps) => {
      const verdict = together(given());
      expect(verdict.verdict).toBe('fails');
      expect(new Set(failing(verdict))).toEqual(new Set(steps));
    });

    function whole(given: Files): Files {
      const text = given
        .get(MANIFEST)!
        .toString()
        .replace(/,"volume":\{[^}]*\}/, '');
      return new Map([...given, [MANIFEST, Buffer.from(text)]]);
    }
  });
});

describe('a bundle of more than twenty thousand records', () => {
  itInLongForm(
    'is made, one volume in memory at a time, and verified, from files, the same way',
    async () => {
      const world = await BundleWorld.create();
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'volumes-'));
      const many = await world.person();
      const count = 2 * VOLUME_RECORDS + 1_000;
      for (let i = 0; i < count; i += 1_000)
        await world.fixture.append(...Array.from({ length: 1_000 }, (_, k) => sent(many, `w${i + k}`, CAMPAIGN)));
      const { bytes } = await volumesOf(world, { ...ALL, subjects: [many] });
      const places = bytes.map((volume, i) => {
        const place = path.join(folder, `${i}.zip`);
        fs.writeFileSync(place, volume);
        return place;
      });
      const { whole, positions } = verifyPlaces(places, { policy: POLICY }, () => undefined);
      expect(whole.steps.filter(({ result }) => result !== 'holds')).toEqual([]);
      expect([whole.verdict, bytes.length, positions.size]).toEqual(['holds', 3, count + 2]);

      // A stranger's program needs no more memory for all of them than for one.
      const verifier = path.join(folder, 'verify.mjs');
      fs.writeFileSync(verifier, readZip(bytes[0]!).get('verify.mjs')!);
      fs.writeFileSync(path.join(folder, 'policy.txt'), POLICY);
      const tellMemory = 'data:text/javascript,process.on("exit",()=>console.error(process.resourceUsage().maxRSS))';
      const verifyAlone = (...some: string[]) => {
        const argv = ['--import', tellMemory, verifier, ...some, '--policy', path.join(folder, 'policy.txt'), '--json'];
        const { status, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 1e9 });
        return { status, kilobytes: Number(stderr) };
      };
      const [alone, all] = [verifyAlone(places[0]!), verifyAlone(...places)];
      expect([alone.status, all.status]).toEqual([2, 0]);
      expect(all.kilobytes).toBeLessThan(1.5 * alone.kilobytes);
      fs.rmSync(folder, { recursive: true });
      await world.close();
    },
    600_000,
  );
});

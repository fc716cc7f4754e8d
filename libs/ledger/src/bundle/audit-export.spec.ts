import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { SubjectId } from '#lib/kernel';
import {
  canonicalize,
  ED25519,
  type JsonObject,
  parseSignedCheckpoint,
  readZip,
  signingKey,
  type TrustPolicy,
  verdictText,
  verifyBundle,
  writeTrustPolicy,
} from '#lib/proof';
import type { NewEntry } from '../domain/entry-types.js';
import { processorMs, processorMsOf } from '../../../../test/support/processor-time.js';
import {
  ALL,
  BOTH,
  CAMPAIGN,
  DOC,
  NOTICE,
  OTHER_WITNESS,
  POLICY,
  TRUST,
  consent,
  failing,
  sent,
  typesIn,
  verify,
  BundleWorld,
  WITNESS,
} from '../testing/bundle-world.js';
import { BRAND, OTHER_BRAND, type LedgerFixture } from '../testing/ledger-fixture.js';
import type { AuditExportService } from './audit-export.service.js';
import { SubjectHeads } from './subject-heads.service.js';
import { itInLongForm } from '../../../../test/support/form.js';

describe('a bundle of evidence', () => {
  let world: BundleWorld;
  let fixture: LedgerFixture;
  let exports: AuditExportService;
  let ada: SubjectId;
  let files: Map<string, Buffer>;

  beforeAll(async () => {
    world = await BundleWorld.create();
    ({ fixture, exports, ada } = world);
    files = await world.bundleOf({ ...ALL, subjects: [ada] });
  });
  afterAll(() => world.close());

  it('of a person is all of their entries, with everything that proves them, up to the one that records the order', () => {
    const verdict = verify(files);
    expect(verdict).toMatchObject({ verdict: 'holds', records: expect.anything() });
    expect(verdict.steps.map(({ step, result }) => [step, result])).toEqual(
      [
        ...['files', 'policy', 'checkpoint', 'log', 'witnesses', 'records', 'scope', 'chain', 'heads', 'times'],
        ...['documents', 'decisions', 'csv', 'report'],
      ].map((step) => [step, 'holds']),
    );
    expect(typesIn(verdict)).toEqual([
      ...['contact.changed', 'consent.granted', 'send.accepted', 'send.accepted', 'send.ended'],
      'export.created',
    ]);
    expect(verdict.records.every(({ holds, content }) => holds && content !== 'erased')).toBe(true);
    expect([...files.keys()].filter((name) => !name.startsWith('proofs/')).sort()).toEqual([
      ...['README.txt', 'checkpoint', `documents/${DOC}.json`, 'entries.ndjson', 'manifest.json', 'policy.txt'],
      ...['report.csv', 'report.html', 'subject.json', 'times.ndjson', 'verify.mjs'],
    ]);
    expect(files.get(`documents/${DOC}.json`)?.toString()).toBe(canonicalize(NOTICE));
    // What is on no chain is not in it, and whoever unpacks it is told.
    for (const words of ['is not part of a person', 'nicht Teil der Geschichte'])
      expect(files.get('README.txt')?.toString()).toContain(words);
  });

  it('bounds by witnesses when each entry was recorded', () => {
    const bounds = verify(files).records.map(({ notBefore, notAfter }) => [notBefore !== null, notAfter !== null]);
    expect(bounds.slice(1)).toEqual(bounds.slice(1).map(() => [true, true]));
  });

  it('is the same, byte for byte, when it is made again at its checkpoint, also after a builder has died', async () => {
    const { id, bytes } = await world.ordered({ ...ALL, subjects: [ada] });
    await fixture.append(sent(ada, 'm3', null));
    await world.published();
    await fixture.asSuperuser('DELETE FROM ledger.export_part');
    await fixture.asSuperuser(
      `UPDATE ledger.export SET state = 'building', volumes = '[]', attempt = attempt + 1 WHERE id = $1`,
      [id],
    );
    expect((await world.made(id)).state).toBe('ready');
    expect((await world.bytesOf(id)).equals(bytes)).toBe(true);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe((await exports.get(BRAND, id)).sha256);
  });

  it('of a campaign, a period or the whole brand shows that and nothing of another brand', async () => {
    const campaign = verify(await world.bundleOf({ ...ALL, campaign: CAMPAIGN }));
    expect([campaign.verdict, typesIn(campaign)]).toEqual(['unchecked', ['send.accepted', 'send.ended']]);
    // Nobody outside can tell which entries are a campaign's, so one may be missing.
    expect(campaign.steps.filter(({ result }) => result !== 'holds')).toEqual([
      { step: 'complete', result: 'unchecked', problem: expect.stringContaining('some could be left out') },
    ]);
    const whole = await world.bundleOf(ALL);
    expect(verify(whole).verdict).toBe('holds');
    expect(verify(whole).steps.at(-1)).toMatchObject({ step: 'complete', result: 'unchecked', isMoot: true });
    expect(whole.get('entries.ndjson')?.toString()).not.toContain(OTHER_BRAND);
    const [first] = verify(whole).records;
    const from = Date.parse(first?.at ?? '') + 1;
    const later = verify(await world.bundleOf({ ...ALL, from }));
    expect(later.verdict).toBe('holds');
    expect(later.records.find(({ role, idx }) => role === 'record' && idx === first?.idx)).toBeUndefined();
  });

  it('of a person within a period leaves open what they have beside it', async () => {
    const from = Date.parse(verify(files).records[0]?.at ?? '') + 1;
    const part = verify(await world.bundleOf({ ...ALL, subjects: [ada], from }));
    expect(part.verdict).toBe('unchecked');
    expect(part.steps.at(-1)).toMatchObject({ step: 'complete', problem: expect.stringContaining('order all of') });
  });

  it('of a person within a period, or of a campaign, in which nothing was is a bundle of nothing', async () => {
    for (const narrowed of [{ from: 0, to: Date.UTC(2020, 0, 1) }, { campaign: OTHER_BRAND }]) {
      const none = verify(await world.bundleOf({ ...ALL, subjects: [ada], ...narrowed }));
      expect([none.verdict, failing(none), typesIn(none)]).toEqual(['unchecked', [], []]);
    }
  });

  it('says of a record of which something is kept back how much is shown', () => {
    const lines = (files.get('entries.ndjson')?.toString() ?? '').split('\n');
    const at = lines.findIndex((line) => line.includes('send.accepted'));
    const record = JSON.parse(lines[at] ?? '') as { idx: number; disclosures: string[] };
    lines[at] = canonicalize({ ...record, disclosures: record.disclosures.slice(1) });
    const less = verify(new Map([...files, ['entries.ndjson', Buffer.from(lines.join('\n'))]]));
    const before = verify(files).records.find(({ idx }) => idx === record.idx);
    const after = less.records.find(({ idx }) => idx === record.idx);
    expect(after).toMatchObject({
      content: 'shown',
      disclosed: (before?.disclosed ?? 0) - 1,
      digests: before?.digests,
    });
    expect(verdictText(less)).toContain(`(${after?.disclosed} of ${after?.digests} digests shown)`);
  });

  it('proves to whoever has kept a checkpoint that the log has only grown', async () => {
    const older = (await fixture.published.checkpoint())!;
    const { size } = parseSignedCheckpoint(older).checkpoint;
    await fixture.append(sent(ada, 'm4', null));
    await world.published();
    const grown = readZip((await world.ordered({ ...ALL, subjects: [ada] }, size)).bytes);
    const verdict = verifyBundle({ files: grown, policy: POLICY, older });
    expect(verdict).toMatchObject({ verdict: 'holds' });
    expect(verdict.steps.at(-1)).toEqual({ step: 'consistency', result: 'holds', problem: '' });
    expect(failing(verifyBundle({ files, policy: POLICY, older }))).toEqual(['consistency']);
  });

  it('names of each decision the digest of the facts that it rests on, one of those that its entry commits to', () => {
    const table = files.get('report.csv')?.toString() ?? '';
    const records = verify(files).shown.filter(({ entry }) => entry.clear['t'] === 'send.accepted');
    expect(records).toHaveLength(2);
    for (const { entry } of records) {
      const digest = entry.disclosed.find(({ name }) => name === 'checks')?.digest ?? 'none';
      expect(entry.digests).toContain(digest);
      // One in sixty-four begins like a formula.
      expect(table).toContain(digest.startsWith('-') ? `,2,'${digest},` : `,2,${digest},`);
    }
  });

  it('holds with the tables that bundles had before entries said counts there, and before decisions named their rules', () => {
    const table = files.get('report.csv')?.toString() ?? '';
    const old = table.replace('count,', '').replaceAll(/,\d*,(?="\{|\r)/g, ',');
    const older = old.replace('rules,facts_digest,', '').replaceAll(/,2?,('?[\w-]{43})?,(?="\{|\r)/g, ',');
    for (const one of [old, older])
      expect(failing(verify(new Map([...files, ['report.csv', Buffer.from(one)]])))).toEqual(['files', 'report']);
    const neither = older.replace('position', 'place');
    expect(failing(verify(new Map([...files, ['report.csv', Buffer.from(neither)]])))).toEqual(['files', 'csv', 'report']); // prettier-ignore
  });

  it('is safe to open in a spreadsheet', () => {
    const table = files.get('report.csv')?.toString() ?? '';
    for (const line of table.split('\r\n'))
      for (const cell of line.split(',')) expect(cell).not.toMatch(/^"?[=+\-@\t]/);
  });

  it('is taken away when anything in it is erased, and the person’s own cannot be made any more', async () => {
    const gone = await fixture.subject();
    await fixture.append(consent(gone));
    const [own, brand] = [await world.ordered({ ...ALL, subjects: [gone] }), await world.ordered(ALL)];
    const other = await world.ordered({ ...ALL, subjects: [ada] });
    await fixture.erase(gone);
    for (const { id } of [own, brand]) {
      expect((await exports.get(BRAND, id)).state).toBe('expired');
      await expect(exports.download(BRAND, id)).rejects.toMatchObject({ code: 'conflict' });
    }
    expect((await exports.get(BRAND, other.id)).state).toBe('ready');
    const parts = await fixture.asSuperuser('SELECT DISTINCT export_id AS id FROM ledger.export_part');
    expect(parts.map(({ id }) => id)).not.toContain(brand.id);
    const again = await world.bundleOf(ALL);
    expect(verify(again)).toMatchObject({ verdict: 'holds' });
    expect(verify(again).records.filter(({ content }) => content === 'erased').length).toBe(2);
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [gone] }, null, 'key-1');
    // The order itself is an entry of their chain under the new secret, and it shows that what was before is gone.
    const back = verify(readZip(await world.bytesOf((await world.made(id)).id)));
    expect([back.verdict, back.erased.map(({ count }) => count)]).toEqual(['holds', [2]]);
    expect(verdictText(back)).toContain(
      'NOT here, because the person was erased, as the log says: 2 entries from before',
    );
  });

  it('is of whoever is one person when it is recorded that it was ordered, also of who is only just', async () => {
    const [into, from] = [await world.person(), await world.person()];
    await fixture.append(consent(from), consent(into));
    const merge: NewEntry = {
      type: 'contact.changed',
      ...{ at: Date.now(), brandId: BRAND, subjectId: from, clear: {} },
      disclosed: { contact: { id: 'c' }, change: { mergedInto: { id: 'a' }, subject: into }, actor: 'key-1' },
    };
    let looks = 0;
    const { id } = await exports.request(BRAND, ALL, null, 'key-1', async () => {
      // The second look is after the chains were locked: a merge had come first.
      if (++looks === 2) await fixture.append(consent(from), merge);
      return looks < 2 ? [into] : [into, from];
    });
    expect((await world.made(id)).state).toBe('ready');
    const verdict = verify(readZip(await world.bytesOf(id)));
    expect([verdict.verdict, looks, new Set(verdict.scope?.subjects)]).toEqual(['holds', 4, new Set([into, from])]);
  });

  it('is sealed in the database, belongs to its brand, and is taken away after a week', async () => {
    const { id } = await world.ordered({ ...ALL, subjects: [ada] });
    await expect(exports.get(OTHER_BRAND, id)).rejects.toMatchObject({ code: 'not_found' });
    const [part] = await fixture.asSuperuser('SELECT sealed FROM ledger.export_part WHERE export_id = $1', [id]);
    expect((part!['sealed'] as Buffer).includes('cmd()')).toBe(false);
    expect(await exports.expire()).toBe(0);
    await fixture.asSuperuser(`UPDATE ledger.export SET ended_at = ended_at - interval '7 days' WHERE id = $1`, [id]);
    expect(await exports.expire()).toBe(1);
    expect(await fixture.asSuperuser('SELECT 1 FROM ledger.export_part WHERE export_id = $1', [id])).toEqual([]);
  });

  it('waits until the log covers the order, and is refused while too many wait', async () => {
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [ada] }, null, 'key-1');
    expect(await exports.buildNext(() => POLICY)).toBe(false);
    expect(await exports.get(BRAND, id)).toMatchObject({ state: 'queued', size: null });
    for (let i = 0; i < 9; i++) await exports.request(BRAND, ALL, null, 'key-1');
    await expect(exports.request(BRAND, ALL, null, 'key-1')).rejects.toMatchObject({ code: 'conflict' });
    await fixture.asSuperuser(`UPDATE ledger.export SET state = 'failed' WHERE state = 'queued'`);
  });

  it('counts the chains after the order was recorded, however young the last count is', async () => {
    await new SubjectHeads(fixture.database, fixture.ledger).record(0);
    const verdict = verify(await world.bundleOf({ ...ALL, subjects: [ada] }));
    expect(verdict).toMatchObject({ verdict: 'holds' });
    const [heads] = verdict.records.filter(({ role }) => role === 'heads');
    const order = verdict.records.findLast(({ type }) => type === 'export.created');
    expect(heads!.idx).toBeGreaterThan(order!.idx);
  });

  it('is made at a checkpoint that reaches the quorum of its own policy, and looks for such around each record', async () => {
    const build = async () => {
      await fixture.asSuperuser('UPDATE ledger.export SET lease_until = NULL');
      return exports.buildNext(() => BOTH);
    };
    // The second witness is new, and was there once; the nearest checkpoints around each record are of the first alone.
    const others = await fixture.subject();
    await fixture.append(sent(ada, 'q1', null));
    await world.published();
    await fixture.append(sent(others, 'q2', null));
    await world.published([WITNESS, OTHER_WITNESS]);
    await fixture.append(sent(others, 'q3', null));
    await world.published();
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [ada] }, null, 'key-1');
    await build();
    await world.published();
    // One of the two is away.
    expect([await build(), (await exports.get(BRAND, id)).state]).toEqual([false, 'queued']);
    await world.published([OTHER_WITNESS]);
    expect([await build(), (await exports.get(BRAND, id)).state]).toEqual([true, 'ready']);
    const made = readZip(await world.bytesOf(id));
    const { steps } = verifyBundle({ files: made, policy: BOTH });
    expect(steps.filter(({ result }) => result === 'fails')).toEqual([]);
    expect(made.get('times.ndjson')!.toString().trimEnd().split('\n')).toEqual([expect.stringContaining('w2')]);
    // Whoever asks for both finds no times in checkpoints that one has seen; whoever asks for one, does.
    const strict = verifyBundle({ files, policy: BOTH }).steps.filter(({ result }) => result === 'fails');
    expect(strict.map(({ step }) => step)).toEqual(['witnesses']);

    const late = await exports.request(BRAND, { ...ALL, subjects: [ada] }, null, 'key-1');
    await build();
    await world.published();
    await fixture.asSuperuser(
      `UPDATE ledger.export SET requested_at = requested_at - interval '16 min' WHERE id = $1`,
      [late.id],
    );
    await build();
    expect(await exports.get(BRAND, late.id)).toMatchObject({ state: 'failed', failure: 'not_witnessed' });
  });

  it('does not hold without the chain of somebody who became the person', async () => {
    const [into, from] = [await world.person(), await world.person()];
    const change = { merged: { id: 'b', externalId: 'b' }, subject: from };
    await fixture.append(consent(from), consent(into), {
      type: 'contact.changed',
      ...{ at: Date.now(), brandId: BRAND, subjectId: into },
      ...{ clear: {}, disclosed: { contact: { id: 'c', externalId: 'c' }, change, actor: 'key-1' } },
    });
    const [both, one] = [
      await world.bundleOf({ ...ALL, subjects: [into, from] }),
      await world.bundleOf({ ...ALL, subjects: [into] }),
    ];
    expect([verify(both).verdict, failing(verify(one))]).toEqual(['holds', ['chain']]);
    // Nor where that is kept back: what changed is what says who became the person.
    const records = one.get('entries.ndjson')!.toString().trimEnd().split('\n');
    const kept = records.map((line) => {
      const record = JSON.parse(line) as { disclosures: string[] };
      const isMerge = (text: string) => Buffer.from(text, 'base64url').toString().includes('"change"');
      return canonicalize({ ...record, disclosures: record.disclosures.filter((text) => !isMerge(text)) });
    });
    const { steps } = verify(new Map([...one, ['entries.ndjson', Buffer.from(`${kept.join('\n')}\n`)]]));
    const chain = steps.find(({ step }) => step === 'chain');
    expect(chain).toMatchObject({ result: 'fails', problem: expect.stringContaining('does not show what changed') });
  });

  it('is not made of whoever became one with somebody after the order: ordered again it has both', async () => {
    const [into, from] = [await world.person(), await world.person()];
    await fixture.append(consent(from), consent(into));
    const orders = [];
    for (const subject of [into, from]) {
      orders.push(await exports.request(BRAND, { ...ALL, subjects: [subject] }, null, 'key-1'));
    }
    const changed = (subjectId: SubjectId, change: JsonObject): NewEntry => ({
      type: 'contact.changed',
      ...{ at: Date.now(), brandId: BRAND, subjectId },
      ...{ clear: {}, disclosed: { contact: { id: 'c', externalId: 'c' }, change, actor: 'key-1' } },
    });
    const merge = { merged: { id: 'b', externalId: 'b' }, subject: from };
    await fixture.append(changed(into, merge), changed(from, { mergedInto: { id: 'a' }, subject: into }));
    for (const { id } of orders) {
      expect(await world.made(id)).toMatchObject({ state: 'failed', failure: 'merged_meanwhile' });
    }
    expect(verify(await world.bundleOf({ ...ALL, subjects: [into, from] })).verdict).toBe('holds');
  });

  it('does not hold without the chain of whoever the person became, and is open where nobody says which that is', async () => {
    const merge = async (change: JsonObject, ofOther: JsonObject) => {
      const [gone, kept] = [await world.person(), await world.person()];
      const changed = (subjectId: SubjectId, told: JsonObject): NewEntry => ({
        type: 'contact.changed',
        ...{ at: Date.now(), brandId: BRAND, subjectId },
        ...{ clear: {}, disclosed: { contact: { id: 'c', externalId: 'c' }, change: told, actor: 'key-1' } },
      });
      const named = (told: JsonObject, subject: SubjectId) => ({ ...told, ...('as' in told && { subject }) });
      await fixture.append(consent(gone), consent(kept));
      await fixture.append(changed(kept, named(ofOther, gone)), changed(gone, named(change, kept)));
      return { gone, kept };
    };
    const [into, taken] = [{ mergedInto: { id: 'b' } }, { merged: { id: 'a' } }];
    const now = await merge({ ...into, as: 'chain' }, { ...taken, as: 'chain' });
    expect(failing(verify(await world.bundleOf({ ...ALL, subjects: [now.gone] })))).toEqual(['chain']);
    expect(verify(await world.bundleOf({ ...ALL, subjects: [now.gone, now.kept] })).verdict).toBe('holds');
    // As an older version wrote it.
    const old = await merge(into, { ...taken, as: 'chain' });
    const { verdict, steps } = verify(await world.bundleOf({ ...ALL, subjects: [old.gone] }));
    expect([verdict, steps.find(({ step }) => step === 'chain')?.problem]).toEqual([
      'unchecked',
      expect.stringContaining('the person became another'),
    ]);
    expect(verify(await world.bundleOf({ ...ALL, subjects: [old.gone, old.kept] })).verdict).toBe('holds');
  });

  it.each([
    ...['topic', 'event', 'wording', 'evidence', 'contact', 'actor'].map((name) => ['consent.granted', name] as const),
    ...['message', 'contact', 'campaign', 'topic'].map((name) => ['send.accepted', name] as const),
    ...['message', 'handover'].map((name) => ['send.ended', name] as const),
    ['export.created', 'actor'] as const,
  ])('is open where %s keeps its %s back', (type, name) => {
    const records = files.get('entries.ndjson')!.toString().trimEnd().split('\n');
    const kept = records.map((line) => {
      const record = JSON.parse(line) as { disclosures: string[]; leaf: string };
      const isIt = (text: string) => Buffer.from(text, 'base64url').toString().includes(`"${name}",`);
      const isType = record.leaf.includes(type);
      return canonicalize({ ...record, disclosures: record.disclosures.filter((text) => !(isType && isIt(text))) });
    });
    const { steps } = verify(new Map([...files, ['entries.ndjson', Buffer.from(`${kept.join('\n')}\n`)]]));
    expect(steps.find(({ step }) => step === 'chain')).toMatchObject({
      result: 'unchecked',
      problem: expect.stringContaining(`does not show its ${name}`),
    });
  });

  it('is open where who asked for an erasure, took it back or suppressed an address is kept back', async () => {
    const subjectId = await world.person('a');
    const told = { contact: { id: 'a' }, request: { id: 'r' }, event: { id: 'e' }, actor: 'key-1' };
    const of = (type: NewEntry['type'], clear: JsonObject, names: readonly (keyof typeof told)[]) => ({
      ...{ type, at: Date.now(), brandId: BRAND, subjectId, clear },
      disclosed: Object.fromEntries(names.map((name) => [name, told[name]])),
    });
    const types: [NewEntry['type'], JsonObject, (keyof typeof told)[]][] = [
      ['suppression.added', { via: 'api' }, ['contact', 'event', 'actor']],
      ['erasure.requested', {}, ['contact', 'request', 'actor']],
      ['erasure.refused', {}, ['contact', 'request', 'actor']],
      ['erasure.withdrawn', {}, ['contact', 'actor']],
    ];
    await fixture.append(...types.map((one) => of(...one) as NewEntry));
    const whole = await world.bundleOf({ ...ALL, subjects: [subjectId] });
    const chainOf = (bundle: Map<string, Buffer>) => verify(bundle).steps.find(({ step }) => step === 'chain');
    expect(chainOf(whole)).toMatchObject({ result: 'holds' });
    const records = whole.get('entries.ndjson')!.toString().trimEnd().split('\n');
    for (const [type, name] of types.flatMap(([one, , names]) => names.map((each) => [one, each] as const))) {
      const less = records.map((line) => {
        const record = JSON.parse(line) as { disclosures: string[]; leaf: string };
        const isKept = (text: string) => !Buffer.from(text, 'base64url').toString().includes(`"${name}",`);
        return canonicalize(
          record.leaf.includes(type) ? { ...record, disclosures: record.disclosures.filter(isKept) } : record,
        );
      });
      const bundle = new Map([...whole, ['entries.ndjson', Buffer.from(`${less.join('\n')}\n`)] as const]);
      expect([type, chainOf(bundle)]).toMatchObject([
        type,
        { result: 'unchecked', problem: expect.stringContaining(name) },
      ]);
    }
  });

  it('says whose it is, of which time and as of when, and is of that alone', async () => {
    const made = await world.bundleOf({ ...ALL, campaign: CAMPAIGN });
    const text = verdictText(verify(made));
    expect(text).toContain(`asked for: brand ${BRAND}, everybody, campaign ${CAMPAIGN}, all of the time\n`);
    expect(text).toMatch(/as of 20\d\d-\d\d-\d\dT[\d:.]+Z \(w1\)\n/);
    expect(verdictText(verify(files))).toContain('one person, all of the time');
    const renamed = (scope: JsonObject) => {
      const manifest = JSON.parse(made.get('manifest.json')!.toString()) as { scope: JsonObject };
      const changed = canonicalize({ ...manifest, scope: { ...manifest.scope, ...scope } });
      return failing(verify(new Map([...made, ['manifest.json', Buffer.from(`${changed}\n`)]])));
    };
    expect(renamed({ campaign: '44444444-3333-4333-8333-333333333333' })).toContain('scope');
    expect(renamed({ campaign: null, subjects: [] })).toContain('files');
  });

  it('is open where nobody says by when a record was there, or how old the checkpoint is', async () => {
    await fixture.append(sent(ada, 'm8', null));
    const made = await world.bundleOf({ ...ALL, subjects: [ada] });
    const note = made.get('checkpoint')!.toString();
    const bare = note
      .split('\n')
      .filter((line) => !line.includes(' witness.example/'))
      .join('\n');
    const [first = ''] = made.get('times.ndjson')!.toString().split('\n');
    const stripped = new Map([...made, ['checkpoint', Buffer.from(bare)], ['times.ndjson', Buffer.from(`${first}\n`)]]);
    const stepsBy = (policy: string) =>
      Object.fromEntries(verifyBundle({ files: stripped, policy }).steps.map(({ step, result }) => [step, result]));
    const nobody = stepsBy(writeTrustPolicy({ ...TRUST, quorum: null }));
    expect([nobody['times'], nobody['heads']]).toEqual(['unchecked', 'unchecked']);
    expect(stepsBy(writeTrustPolicy({ ...TRUST, quorum: null, witnesses: [] }))['heads']).toBe('holds');
  });

  it('of before a second witness joined holds for who trusts both since, and for who trusts the first alone', async () => {
    const old = await world.person();
    await fixture.append(consent(old));
    await world.published();
    const { size } = parseSignedCheckpoint((await fixture.published.checkpoint())!).checkpoint;
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const since = `${BOTH}# quorum until ${size} w1\n`;
    const build = async (policy: string) => {
      const { id } = await exports.request(BRAND, { ...ALL, subjects: [old] }, null, 'key-1');
      await new SubjectHeads(fixture.database, fixture.ledger).record(0);
      await world.published([WITNESS, OTHER_WITNESS]);
      await fixture.asSuperuser('UPDATE ledger.export SET lease_until = NULL');
      await exports.buildNext(() => policy);
      return readZip(await world.bytesOf(id));
    };
    const made = await build(since);
    const judged = (given: Map<string, Buffer>, policy: string) =>
      verifyBundle({ files: given, policy, lateMs: 2_000, skewMs: 1_000 }).verdict;
    expect([judged(made, since), judged(made, POLICY)]).toEqual(['holds', 'holds']);
    expect(judged(await build(BOTH), BOTH)).toBe('unchecked');
  });

  it('says how far chains reach only when one has grown', async () => {
    const heads = new SubjectHeads(fixture.database, fixture.ledger);
    await fixture.append(sent(ada, 'm6', null));
    expect([await heads.record(0), await heads.record(0)]).toEqual([true, false]);
    await fixture.append(sent(ada, 'm7', null));
    expect([await heads.record(60_000), await heads.record(0)]).toEqual([false, true]);
  });

  it('of a person whose chain the log has never counted proves that, and of one whose entries are hidden that they are', async () => {
    const young = await world.person();
    const shown = await world.bundleOf({ ...ALL, subjects: [young] });
    expect(verify(shown)).toMatchObject({ verdict: 'holds' });
    expect(JSON.parse(shown.get('subject.json')!.toString())).toMatchObject({ heads: expect.any(Number) });
  });

  itInLongForm(
    'of a thousand entries costs this process less than five seconds to make, and two to verify',
    async () => {
      const many = await world.person();
      const entries = Array.from({ length: 998 }, (_, i) =>
        i % 3 === 0 ? consent(many) : sent(many, `n${i}`, CAMPAIGN),
      );
      await fixture.append(...entries);
      const { id } = await exports.request(BRAND, { ...ALL, subjects: [many] }, null, 'key-1');
      await new SubjectHeads(fixture.database, fixture.ledger).record(0);
      await world.published();
      const built = await processorMsOf(async () => expect(await exports.buildNext(() => POLICY)).toBe(true));
      const bytes = await world.bytesOf(id);
      let verdict = verify(new Map());
      const verified = processorMs(() => (verdict = verify(readZip(bytes))));
      expect([verdict.verdict, typesIn(verdict).length]).toEqual(['holds', 1000]);
      expect(built).toBeLessThan(5_000);
      expect(verified).toBeLessThan(2_000);
    },
  );

  // The log has another name from here on.
  it('of before the log went on under another name holds by what witnesses said of the one before', async () => {
    const old = await world.person();
    await fixture.append(consent(old));
    await world.published();
    const { size } = parseSignedCheckpoint((await fixture.published.checkpoint())!).checkpoint;
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const next = signingKey('gateway.example/second', ED25519, Buffer.alloc(32, 6));
    const actor = { by: 'Ada', reason: 'the rest is lost' };
    // What is repeated before that stands where the log before had something else, which nobody here knows.
    await fixture.append(consent(await fixture.subject()));
    await fixture.sequencer().runOnce();
    const resumed = await fixture.database.transaction((tx) =>
      fixture.ledger.resume(tx, next.key.name, actor, Date.now()),
    );
    expect(resumed).toEqual({ follows: TRUST.logs[0]!.key.name, size });
    fixture.writeKeys([next]);
    const trust = (logs: TrustPolicy['logs']) => writeTrustPolicy({ ...TRUST, logs });
    const [before, after] = [TRUST.logs[0]!, { key: next.key, url: null }];
    const both = trust([after, { ...before, until: size }]);
    const { id } = await exports.request(BRAND, { ...ALL, subjects: [old] }, null, 'key-1');
    await new SubjectHeads(fixture.database, fixture.ledger).record(0);
    await world.published();
    await fixture.asSuperuser('UPDATE ledger.export SET lease_until = NULL');
    await exports.buildNext(() => both);
    const made = readZip(await world.bytesOf(id));
    const judged = (policy: string) => {
      const { verdict, steps } = verifyBundle({ files: made, policy, lateMs: 2_000, skewMs: 1_000 });
      return [verdict, steps.find(({ step }) => step === 'times')?.result];
    };
    expect(judged(both)).toEqual(['holds', 'holds']);
    // Nobody's word: the policy does not know the log before, or not for so many entries.
    expect(judged(trust([after]))).toEqual(['unchecked', 'unchecked']);
    expect(judged(trust([after, { ...before, until: size - 1 }]))).toEqual(['unchecked', 'unchecked']);
    // What was handed out of entries that were lost afterwards is not called wrong, nor right; of another log it is wrong.
    const handedOut = verify(files, trust([after, { ...before, until: 1 }]));
    expect([handedOut.verdict, handedOut.steps.find(({ step }) => step === 'log')]).toMatchObject([
      'unchecked',
      { result: 'unchecked', problem: expect.stringContaining('trusts for 1 entries') },
    ]);
    expect(failing(verify(files, trust([after])))).toContain('log');
  });
});

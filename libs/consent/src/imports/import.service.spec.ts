import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { ConsentService, ImportService, type ImportSummary, MergeService, type RowResult } from '#lib/consent';
import { AttemptService } from '#lib/sending';
import { Gateway } from '../../../../test/support/gateway.js';

const DAY = 86_400_000;
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

describe('an import', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    await gateway.tx.execute`
      INSERT INTO consent.purpose (id, brand_id, key, enforcement, legal_basis, labels)
      VALUES (gen_random_uuid(), ${gateway.brandId}, 'service', 'permissive', 'legitimate_interests', '{"en":"Service"}')`;
  });
  afterAll(async () => gateway.stop());

  const run = async (
    rows: readonly object[] | string | Buffer,
    options: { dryRun?: boolean; batchRows?: number } = {},
  ): Promise<ImportSummary & { rows: RowResult[] }> => {
    const isCsv = !Array.isArray(rows);
    const body = Array.isArray(rows)
      ? rows.map((row) => `${JSON.stringify(row)}\n`).join('')
      : (rows as string | Buffer);
    const results: RowResult[] = [];
    const steps = gateway.get(ImportService).run(Readable.from([Buffer.from(body)]), {
      brandId: gateway.brandId,
      actor: 'spec',
      format: isCsv ? 'csv' : 'ndjson',
      source: 'list.csv',
      dryRun: options.dryRun ?? false,
      ...(options.batchRows === undefined ? {} : { batchRows: options.batchRows }),
    });
    for await (const step of steps) {
      if (step.kind === 'end') return { ...step.summary, rows: results };
      results.push(...step.rows);
    }
    throw new Error('no summary');
  };
  const row = (externalId: string, more: object = {}) => ({
    externalId,
    channel: 'email',
    address: `${externalId}@people.example`,
    purpose: 'commercial',
    topics: ['newsletter'],
    occurredAt: ago(30),
    method: 'web_form',
    wording: 'Yes, send me the newsletter.',
    ...more,
  });
  const outcomes = ({ rows }: { rows: RowResult[] }): string[] =>
    rows.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));
  const reason = async (to: string): Promise<string | null> => {
    const sent = await gateway.send({ to });
    if (sent.kind === 'refused') throw sent.error;
    return sent.accepted.decision.reason;
  };
  const count = async (table: 'contact' | 'contact_point' | 'consent_event'): Promise<number> => {
    const [found] = (await gateway.asAdmin(`SELECT count(*)::int AS n FROM consent.${table}`)) as { n: number }[];
    return found?.n ?? NaN;
  };

  it('makes people who can be written to, with the evidence and an entry for each thing it did', async () => {
    const before = await gateway.countEntries('consent.imported');
    const summary = await run([
      row('ann', { language: 'de', attributes: { name: 'Ann' } }),
      row('ben', { kind: 'granted' }),
    ]);
    expect(summary.counts).toMatchObject({ rows: 2, created: 2, raised: 4, contactPoints: 2, refused: 0 });
    expect([await reason('ann'), await reason('ben')]).toEqual([null, null]);
    expect((await gateway.countEntries('consent.imported')) - before).toBe(2);
    const history = await gateway.get(ConsentService).history(gateway.brandId, 'ann');
    expect(history?.[0]?.events).toMatchObject([
      { purpose: 'commercial', topic: null, kind: 'imported', method: 'web_form', source: 'list.csv', actor: 'spec' },
      { purpose: 'commercial', topic: 'newsletter', kind: 'imported', wording: 'Yes, send me the newsletter.' },
    ]);
    await gateway.integrate();
  });

  it('says of a yes that it is not express what is missing, and not what is there', async () => {
    const service = { purpose: 'service', topics: [] };
    const { rows } = await run([row('by-contract', { ...service, kind: 'granted', legalBasis: 'contract' })]);
    expect(rows[0]?.detail).toMatch(/an express consent has .*, and consent as legal basis$/);
  });

  it('refuses what rests on no express consent where a yes has to be said, and records it where silence is enough', async () => {
    const before = await count('consent_event');
    const implied = ['implied_purchase', 'implied_inquiry', 'soft_opt_in', 'contract', 'legitimate_interests'];
    const customers = implied.map((legalBasis) => row(`customer-${legalBasis}`, { legalBasis }));
    const refused = await run(customers);
    expect(outcomes(refused)).toEqual(implied.map(() => 'refused not_express'));
    expect(refused.rows[0]?.detail).toBe(
      'legalBasis: this purpose asks for a consent that the person gave (consent or express), and implied_purchase is none',
    );
    expect(await count('consent_event')).toBe(before);
    const taken = await run(customers.map((one) => ({ ...one, purpose: 'service', topics: [] })));
    expect(outcomes(taken)).toEqual(implied.map(() => 'created'));
    for (const one of implied) expect(await reason(`customer-${one}`)).toBe('no_consent');
  });

  it('changes nothing when the same file comes again, and says so', async () => {
    const again = row('again');
    const rows = [again, again, row('again2', { kind: 'withdrawn', occurredAt: undefined })];
    expect(outcomes(await run(rows))).toEqual(['created', 'unchanged', 'created']);
    const events = await count('consent_event');
    expect(outcomes(await run(rows))).toEqual(['unchanged', 'unchanged', 'unchanged']);
    expect(await count('consent_event')).toBe(events);
  });

  it('notes once what a list says without a time of somebody who said more than that', async () => {
    await run([row('more')]);
    await gateway.consent('more', 'objected');
    const weaker = [row('more', { kind: 'withdrawn', occurredAt: undefined })];
    expect(outcomes(await run(weaker))).toEqual(['changed']);
    const events = await count('consent_event');
    for (let day = 0; day < 2; day++) expect(outcomes(await run(weaker))).toEqual(['unchanged']);
    expect(await count('consent_event')).toBe(events);
    // Once they had said yes in between, it is another no.
    await gateway.consent('more', 'granted');
    expect(outcomes(await run(weaker))).toEqual(['changed']);
    expect(await reason('more')).not.toBeNull();
  });

  it('that breaks off has kept whole batches and says how many rows; the same file again brings in the others', async () => {
    const names = [1, 2, 3, 4, 5, 6, 7].map((i) => `cut-${i}`);
    const rows = names.map((name) => row(name));
    const kept = async (): Promise<string[]> =>
      (
        (await gateway.asAdmin(
          `SELECT c.external_id AS name, count(e.id)::int AS events FROM consent.contact c
           JOIN consent.contact_point p ON p.contact_id = c.id JOIN consent.consent_event e ON e.contact_point_id = p.id
          WHERE c.external_id LIKE 'cut-%' GROUP BY 1 ORDER BY 1`,
        )) as { name: string; events: number }[]
      ).map(({ name, events }) => `${name} ${events}`);
    // The database ends the session in the middle of the third batch, as it does when it or its client dies.
    await gateway.asAdmin(`
      CREATE FUNCTION public.end_session() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
      CREATE TRIGGER ends BEFORE INSERT ON consent.contact_point FOR EACH ROW
        WHEN (NEW.address = 'cut-5@people.example') EXECUTE FUNCTION public.end_session()`);
    await expect(run(rows, { batchRows: 2 })).rejects.toThrow();
    const whole = await kept();
    // The fourth batch may have been under way beside it.
    expect([4, 5]).toContain(whole.length);
    expect(whole.slice(0, 4)).toEqual(['cut-1 2', 'cut-2 2', 'cut-3 2', 'cut-4 2']);
    const [broken] = await gateway.get(ImportService).list(gateway.brandId, null, 1);
    expect(broken).toMatchObject({ endedAt: null, counts: { rows: whole.length, created: whole.length } });

    await gateway.asAdmin('DROP TRIGGER ends ON consent.contact_point; DROP FUNCTION public.end_session()');
    const again = await run(rows);
    expect(again.counts).toMatchObject({ created: 7 - whole.length, unchanged: whole.length });
    expect(await kept()).toEqual(names.map((name) => `${name} 2`));
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    await gateway.contact('dry-out', { consent: 'granted' });
    await gateway.consent('dry-out', 'withdrawn');
    const rows = [
      row('dry-new'),
      row('dry-out'),
      row('dry-new', { topics: ['events'] }),
      row('dry-bad', { wording: undefined }),
      row('dry-new', { address: 'second@people.example' }),
      row('dry-no', { kind: 'withdrawn' }),
    ];
    const before = await Promise.all([count('contact'), count('contact_point'), count('consent_event')]);
    const dry = await run(rows, { dryRun: true });
    expect(dry.id).toBeNull();
    expect(await Promise.all([count('contact'), count('contact_point'), count('consent_event')])).toEqual(before);
    const real = await run(rows);
    expect({ ...dry, id: null }).toEqual({ ...real, id: null });
    expect(real.counts).toMatchObject({ created: 2, changed: 2, blocked: 1, refused: 1, lowered: 1 });
  });

  it('never raises a consent above a later opt-out without newer express evidence', async () => {
    await gateway.contact('out', { consent: 'granted' });
    await gateway.consent('out', 'withdrawn');
    const soon = new Date(Date.now() - 1000).toISOString();
    expect(
      outcomes(
        await run([
          row('out'),
          row('out', { kind: 'granted' }),
          row('out', { kind: 'imported', occurredAt: new Date().toISOString() }),
          row('out', { kind: 'granted', occurredAt: soon, legalBasis: 'implied_purchase' }),
        ]),
      ),
    ).toEqual([...Array.from({ length: 3 }, () => 'blocked later_opt_out'), 'refused not_express']);
    expect(await reason('out')).toBe('consent_withdrawn');
    const later = await run([row('out', { kind: 'granted', occurredAt: new Date().toISOString() })]);
    expect(outcomes(later)).toEqual(['changed']);
    expect(await reason('out')).toBeNull();
  });

  it('is stopped by an opt-out of everything also for a topic of which nothing was on file then', async () => {
    await gateway.contact('left-all', { consent: 'granted' });
    await gateway.consent('left-all', 'withdrawn', []);
    await gateway.consent('left-all', 'granted', ['newsletter']);
    const summary = await run([row('left-all', { kind: 'granted', topics: ['events'] })]);
    expect(outcomes(summary)).toEqual(['blocked later_opt_out']);
  });

  it('is stopped by an opt-out at the same address under another name, in the same file too', async () => {
    await gateway.contact('shared-a', { consent: 'granted', address: 'family@people.example' });
    await gateway.consent('shared-a', 'withdrawn');
    const summary = await run([
      row('shared-b', { address: 'Family@people.example' }),
      row('shared-c', { kind: 'withdrawn', address: 'office@people.example', occurredAt: undefined }),
      row('shared-d', { kind: 'granted', address: 'office@people.example' }),
    ]);
    expect(outcomes(summary)).toEqual(['blocked later_opt_out', 'created', 'blocked later_opt_out']);
    for (const contact of ['shared-b', 'shared-d']) expect(await reason(contact)).not.toBeNull();
  });

  it('refuses row by row what cannot be taken, and takes the rest', async () => {
    await gateway.contact('gone', { consent: null });
    await gateway.asAdmin(`UPDATE consent.contact SET erased_at = now() WHERE external_id = 'gone'`);
    await gateway.contact('part', { consent: null, address: 'part@people.example' });
    await gateway.contact('whole', { consent: null, address: 'whole@people.example' });
    await gateway.get(MergeService).merge(gateway.brandId, 'whole', 'part', 'spec');
    const summary = await run([
      row('bad-1', { address: 'not an address' }),
      row('bad-2', { zone: 'Europe/Atlantis' }),
      row('bad-3', { notice: { key: 'terms', version: 9, language: 'de' } }),
      row('bad-4', { topics: ['gardening'] }),
      row('bad-5', { colour: 'red' }),
      row('gone', { address: 'new@people.example' }),
      row('part', { address: 'new@people.example' }),
      row('bad-6', { occurredAt: '2031-01-01T00:00:00Z' }),
      row('bad-7', { attributes: { text: 'a\u0000b' } }),
      row('bad-8', { country: 'UK' }),
      row('bad-9', { country: 'US', region: 'US-ZZ' }),
      row('good-1'),
    ]);
    expect(summary.rows[9]?.detail).toBe('country: is no country of ISO 3166-1; write GB');
    expect(outcomes(summary)).toEqual([
      'refused invalid_address',
      'refused invalid_zone',
      'refused unknown_notice',
      'refused unknown_topic',
      'refused invalid',
      'refused erased',
      'refused merged',
      'refused in_the_future',
      'refused malformed',
      'refused invalid',
      'refused invalid',
      'created',
    ]);
    expect(JSON.stringify(summary)).not.toContain('not an address');
    const [made] = (await gateway.asAdmin(
      `SELECT count(*)::int AS n FROM consent.contact WHERE external_id LIKE 'bad-%'`,
    )) as { n: number }[];
    expect(made?.n).toBe(0);
  });

  it('records where the person was: as the row says, or else where the contact lives', async () => {
    await run([
      row('where-1', { country: 'CA', region: 'CA-QC' }),
      row('where-2', { country: 'DE', jurisdiction: 'AT' }),
      row('where-3'),
    ]);
    const rows = await gateway.asAdmin(`
      SELECT c.external_id AS id, e.jurisdiction
        FROM consent.consent_event e
        JOIN consent.contact_point p ON p.id = e.contact_point_id
        JOIN consent.contact c ON c.id = p.contact_id
       WHERE c.external_id LIKE 'where-%' AND e.topic_id IS NULL ORDER BY 1`);
    expect(rows).toEqual([
      { id: 'where-1', jurisdiction: 'CA-QC' },
      { id: 'where-2', jurisdiction: 'AT' },
      { id: 'where-3', jurisdiction: null },
    ]);
  });

  it('reads CSV, and tells broken rows from good ones by their line', async () => {
    const csv = [
      '\ufeffexternalId;language;channel;address;purpose;topics;occurredAt;method;wording;attributes.first;evidence.ip',
      `csv-1;de;email;csv-1@people.example;commercial;newsletter|events;${ago(9)};web_form;"Ja; gern ""jetzt""\r\nund später";Zoë;192.0.2.1`,
      'csv-2;de;email',
      'csv-3;de;email;csv-3@people.example;commercial;newsletter;yesterday;web_form;Ja;;',
      'csv-4;;email;csv-4@people.example;;;;;;;',
    ].join('\r\n');
    const summary = await run(csv);
    expect(summary.rows.map(({ line, externalId, outcome, code }) => [line, externalId, outcome, code])).toEqual([
      [2, 'csv-1', 'created', null],
      [4, null, 'refused', 'wrong_columns'],
      [5, 'csv-3', 'refused', 'invalid'],
      [6, 'csv-4', 'created', null],
    ]);
    const history = await gateway.get(ConsentService).history(gateway.brandId, 'csv-1');
    expect(history?.[0]?.events.map(({ topic, wording }) => [topic, wording])).toEqual(
      [null, 'newsletter', 'events'].map((topic) => [topic, 'Ja; gern "jetzt"\r\nund später']),
    );
  });

  it('refuses a file as a whole only when it is not what it claims to be', async () => {
    await expect(run('externalId,adress\n1,2\n')).rejects.toMatchObject({
      code: 'invalid_request',
      extra: { violations: [{ detail: 'the column "adress" is not known; did you mean address' }] },
    });
    await expect(run('')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(run(Buffer.from('\ufeffexternalId\n1\n', 'utf16le'))).rejects.toMatchObject({
      detail: expect.stringContaining('UTF-16') as unknown,
    });
  });

  it('is undone: what it raised falls, what it replaced comes back, opt-outs stay', async () => {
    await gateway.contact('undo-old', { consent: 'granted' });
    await gateway.contact('undo-left', { consent: 'granted' });
    const summary = await run([
      row('undo-new'),
      row('undo-old', { kind: 'granted', occurredAt: new Date().toISOString() }),
      row('undo-left', { kind: 'withdrawn', occurredAt: undefined }),
      row('undo-perm', { purpose: 'service', topics: undefined }),
    ]);
    expect(outcomes(summary)).toEqual(['created', 'changed', 'changed', 'created']);
    const undone = await gateway.get(ImportService).undo(gateway.brandId, summary.id ?? '', 'spec');
    expect(undone).toEqual({ retracted: 4, contactPointsEnded: 2 });
    expect([
      await reason('undo-new'),
      await reason('undo-old'),
      await reason('undo-left'),
      await reason('undo-perm'),
    ]).toEqual(['no_contact_point', null, 'consent_withdrawn', 'no_contact_point']);
    expect(await gateway.get(ImportService).undo(gateway.brandId, summary.id ?? '', 'spec')).toEqual({
      retracted: 0,
      contactPointsEnded: 0,
    });
    // The right list may still come afterwards.
    expect(outcomes(await run([row('undo-new')]))).toEqual(['changed']);
    expect(await reason('undo-new')).toBeNull();
  });

  it('names the messages that were on their way to people whose consent it takes back', async () => {
    await gateway.contact('flying');
    const id = await gateway.accept({ to: 'flying' });
    await gateway.get(AttemptService).attempt([id]);
    const summary = await run([row('flying', { kind: 'withdrawn', occurredAt: undefined })]);
    expect(summary.inFlight).toEqual([id]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi, SET_UP_BODIES } from '../testing/running-api.js';

const CSV = { 'content-type': 'text/csv; charset=utf-8' };
const HEADER = 'externalId,channel,address,purpose,topics,occurredAt,method,wording';

describe('the door for imports', () => {
  let api: RunningApi;
  let key: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    key = await api.brand('acme');
    for (const { method, path, body } of SET_UP_BODIES.slice(1, 3)) await api.send(method, path, { key, body });
  });
  afterAll(async () => api.stop());

  const csv = (rows: readonly string[], query = '') =>
    api.send('POST', `/v1/contacts:import${query}`, { key, raw: [HEADER, ...rows].join('\n'), headers: CSV });
  const lines = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const good = (name: string) => `${name},email,${name}@x.example,marketing,news,2026-01-01T00:00:00Z,web_form,Yes`;

  it('undone, takes an address out of use again that it gave back, and leaves one that was used since', async () => {
    const put = (name: string, address: string) =>
      api.send('PUT', `/v1/contacts/${name}`, { key, body: { contactPoints: [{ channel: 'email', address }] } });
    const inUse = async (name: string) =>
      (await api.send('GET', `/v1/contacts/${name}`, { key }))
        .json<{ contactPoints: { address: string }[] }>()
        .contactPoints.map(({ address }) => address);
    const say = (name: string) => {
      const wish = { channel: 'email', address: `${name}@x.example`, purpose: 'marketing', topics: ['news'] };
      const body = { ...wish, kind: 'granted', legalBasis: 'consent', method: 'web_form', wording: 'Yes, please.' };
      return api.send('POST', `/v1/contacts/${name}/consents`, { key, body });
    };
    for (const name of ['moved', 'used']) {
      await put(name, `${name}@x.example`);
      expect((await say(name)).status).toBe(201);
      await put(name, `new-${name}@x.example`);
    }
    const answer = await csv([good('moved'), good('used')]);
    const { id } = (lines(answer.text).at(-1) as { import: { id: string } }).import;
    expect(await inUse('moved')).toContain('moved@x.example');
    expect((await say('used')).status).toBe(201);
    const undone = await api.send('POST', `/v1/imports/${id}/undo`, { key });
    expect(undone.json()).toMatchObject({ contactPointsEnded: 1 });
    expect(await inUse('moved')).toEqual(['new-moved@x.example']);
    expect(await inUse('used')).toEqual(['new-used@x.example', 'used@x.example']);
  });

  it('answers rows and then the summary, by whose id the import is read and undone', async () => {
    const answer = await csv([good('ann'), 'ben,email,ben@x.example,marketing,news,,,'], '?source=crm-export.csv');
    expect(answer.status).toBe(200);
    const [first, second, last] = lines(answer.text);
    expect([first, second]).toMatchObject([
      { line: 2, externalId: 'ann', outcome: 'created', before: null, after: 'granted' },
      { line: 3, outcome: 'refused', code: 'evidence_missing' },
    ]);
    const { id } = (last as { import: { id: string } }).import;
    const read = await api.send('GET', `/v1/imports/${id}`, { key });
    expect(read.json()).toMatchObject({
      id,
      source: 'crm-export.csv',
      format: 'csv',
      undoneAt: null,
      counts: { rows: 2, created: 1, refused: 1, codes: { evidence_missing: 1 } },
    });
    const undone = await api.send('POST', `/v1/imports/${id}/undo`, { key });
    expect(undone.json()).toEqual({ retracted: 2, contactPointsEnded: 1 });
    const list = await api.send('GET', '/v1/imports?limit=1', { key });
    expect(list.json<{ items: { id: string; undoneAt: string | null }[] }>().items[0]?.undoneAt).not.toBeNull();
  });

  it('answers as much about rows as is asked for, and nothing of a dry run is kept', async () => {
    const rows = [good('cy'), 'dee,email'];
    expect(lines((await csv(rows, '?dryRun=true&results=problems')).text)).toMatchObject([
      { line: 3, code: 'wrong_columns' },
      { import: { id: null, dryRun: true, counts: { created: 1, refused: 1 } } },
    ]);
    expect(lines((await csv(rows, '?dryRun=true&results=none')).text)).toHaveLength(1);
    expect((await api.send('GET', '/v1/contacts/cy', { key })).status).toBe(404);
  });

  it('takes NDJSON', async () => {
    const raw = `${JSON.stringify({ externalId: 'eve', channel: 'email', address: 'eve@x.example' })}\n{"externalId":}\n`;
    const answer = await api.send('POST', '/v1/contacts:import', {
      key,
      raw,
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(lines(answer.text)).toMatchObject([{ outcome: 'created' }, { outcome: 'refused', code: 'malformed' }, {}]);
  });

  it.each([
    ['another body', { raw: '{}', headers: { 'content-type': 'application/json' } }, 415, 'unsupported_media_type'],
    [
      'another charset',
      { raw: HEADER, headers: { 'content-type': 'text/csv; charset=iso-8859-1' } },
      415,
      'unsupported_media_type',
    ],
    ['a header without a row', { raw: `${HEADER}\n`, headers: CSV }, 400, 'invalid_request'],
    ['a header that nobody knows', { raw: 'name,mail\n1,2\n', headers: CSV }, 400, 'invalid_request'],
  ])('refuses %s before it answers anything', async (_what, request, status, code) => {
    const answer = await api.send('POST', '/v1/contacts:import', { key, ...request });
    expect([answer.status, answer.json()]).toMatchObject([status, { code }]);
  });

  it('is closed to keys that may not write consents, and to other brands', async () => {
    const reader = await api.key({ brand: 'acme', scopes: ['contacts:read', 'contacts:write'] });
    expect((await api.send('POST', '/v1/contacts:import', { key: reader, raw: HEADER, headers: CSV })).status).toBe(
      403,
    );
    const summary = lines((await csv([good('fay')])).text).at(-1) as { import: { id: string } };
    const other = await api.brand('other');
    for (const [method, path] of [
      ['GET', `/v1/imports/${summary.import.id}`],
      ['POST', `/v1/imports/${summary.import.id}/undo`],
    ] as const) {
      expect((await api.send(method, path, { key: other })).status).toBe(404);
    }
  });
});

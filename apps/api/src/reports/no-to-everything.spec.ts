import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SomeBrand } from '../testing/some-brand.js';

const LABELS = { de: 'Ratgeber', en: 'Advice' };
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

interface Shown {
  readonly columns: readonly { readonly key: string }[];
  readonly total: { readonly cells: readonly { readonly value: unknown; readonly link?: string }[] };
  readonly notes: readonly { readonly key: string }[];
}

describe('a no to everything, in reports about one purpose', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
    await brand.send('PUT', '/v1/purposes/tips', { enforcement: 'permissive', legalBasis: 'consent', labels: LABELS });
    for (const id of ['gone', 'stays']) {
      await brand.person(id);
      expect((await brand.say(id, 'granted', { purpose: 'tips', topics: [] })).status).toBe(201);
    }
    const stop = { channel: 'email', from: 'gone@people.example', text: 'STOP' };
    expect((await brand.send('POST', '/v1/inbound/texts', stop)).json()).toMatchObject({ changed: true });
    // Nobody has said a word about what is there only now.
    for (const enforcement of ['permissive', 'restrictive'])
      await brand.send('PUT', `/v1/purposes/later-${enforcement}`, {
        enforcement,
        legalBasis: 'consent',
        labels: LABELS,
      });
  });
  afterAll(async () => brand.stop());

  const report = async (purpose: string | null) => {
    const only = purpose === null ? '' : `&purpose=${purpose}`;
    const path = `/v1/reports/consents?from=${day(-2)}&to=${day(1)}&by=all${only}`;
    const { columns, total, notes } = (await brand.send('GET', path)).json<Shown>();
    const cell = total.cells[columns.findIndex(({ key }) => key === 'optOuts')];
    const said = cell?.link === undefined ? [] : (await brand.send('GET', cell.link)).json<{ items: object[] }>().items;
    return { optOuts: cell?.value, said: said.length, notes: notes.map(({ key }) => key) };
  };

  it('is an opt-out of each purpose that there was, and the figures of purposes add up to that of all', async () => {
    expect(await report('commercial')).toMatchObject({ optOuts: 2, said: 2 });
    expect(await report('tips')).toMatchObject({ optOuts: 1, said: 1 });
    expect(await report(null)).toMatchObject({ optOuts: 3, said: 3 });
  });

  it('holds for a purpose that is set up later, which the report says where it counts none', async () => {
    expect(await report('later-permissive')).toEqual({
      ...{ optOuts: 0, said: 0 },
      notes: expect.arrayContaining(['no_to_everything']),
    });
    expect((await report(null)).notes).not.toContain('no_to_everything');
  });

  // Somebody else agreed to what the first is about.
  it.each([
    ['commercial', ['ada', 'stays']],
    ['tips', ['ada', 'stays']],
    ['later-permissive', ['ada', 'stays']],
    ['later-restrictive', []],
  ])('leaves whoever said it out of those who can be reached for %s', async (purpose, reached) => {
    const answer = await brand.send('GET', `/v1/reports/consent-runway?weeks=2&channel=email&purpose=${purpose}`);
    const passing: string[] = [];
    for (const to of ['ada', 'gone', 'stays']) if ((await brand.reason(to, { purpose })) === null) passing.push(to);
    expect([passing, answer.json<{ sendable: number }>().sendable]).toEqual([reached, reached.length]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConsentEventKind, foldConsent, type PageLink, PreferenceService } from '#lib/consent';
import { SomeBrand } from '../testing/some-brand.js';

interface Told {
  readonly id: string;
  readonly purpose: string;
  readonly topic: string | null;
  readonly kind: ConsentEventKind;
  readonly occurredAt: string;
  readonly validUntil: string | null;
  readonly retracts: string | null;
}

describe('what takes a consent event back', () => {
  let brand: SomeBrand;
  beforeAll(async () => {
    brand = await SomeBrand.start();
  });
  afterAll(async () => brand.stop());

  const told = async <T>(path: string): Promise<T> => (await brand.send('GET', `/v1/contacts/${path}`)).json<T>();
  const history = async (id: string): Promise<Told[]> =>
    (await told<{ contactPoints: { events: Told[] }[] }>(`${id}/history`)).contactPoints.flatMap(
      ({ events }) => events,
    );
  const scopeOf = ({ purpose, topic }: Pick<Told, 'purpose' | 'topic'>): string => `${purpose} ${topic ?? ''}`;
  const standing = async (id: string): Promise<Map<string, string>> => {
    type State = Pick<Told, 'purpose' | 'topic'> & { readonly status: string };
    const { contactPoints } = await told<{ contactPoints: { states: State[] }[] }>(`${id}/consents`);
    const states = contactPoints.flatMap((point) => point.states);
    return new Map(states.map((state) => [scopeOf(state), state.status]));
  };
  /** Where each scope stands, by nothing but what the history tells. */
  const folded = (events: readonly Told[]): Map<string, string | undefined> =>
    new Map(
      events.map(scopeOf).map((scope) => {
        const facts = events
          .filter((event) => scopeOf(event) === scope)
          .map(({ occurredAt, validUntil, ...event }) => ({
            ...event,
            occurredAt: Date.parse(occurredAt),
            validUntil: validUntil === null ? null : Date.parse(validUntil),
          }));
        return [scope, foldConsent(facts)?.status];
      }),
    );

  const stopAndUndo = async (id: string): Promise<void> => {
    const { rows } = await brand.admin.query<{ id: PageLink['contactPointId'] }>(
      `SELECT p.id FROM consent.contact_point p JOIN consent.contact c ON c.id = p.contact_id WHERE c.external_id = $1`,
      [id],
    );
    const [point] = rows;
    if (point === undefined) throw new Error('no contact point');
    const about = { contactPointId: point.id, scopeId: null, messageId: null, expiresAt: null };
    const link: PageLink = { ...about, access: 'manage' };
    const words = { details: {}, wording: () => 'words of a button' };
    const page = brand.api.app.get(PreferenceService, { strict: false });
    const stopped = await page.apply(link, { act: 'stop_all' }, null, words);
    if (stopped?.kind !== 'done' || stopped.changeId === null) throw new Error('was not left');
    await page.undo(link, stopped.changeId, null, words);
  };

  it('names it: in the history, in the proof and in the export, so that the state follows from what is told', async () => {
    await brand.person('undone');
    await stopAndUndo('undone');
    const events = await history('undone');
    const noes = events.filter(({ kind, topic }) => kind === 'withdrawn' && topic === 'newsletter');
    const undoes = events.filter(({ kind, topic }) => kind === 'invalidated' && topic === 'newsletter');
    expect(noes).toHaveLength(1);
    expect(undoes.map(({ retracts }) => retracts)).toEqual(noes.map(({ id }) => id));
    expect(events.filter(({ kind }) => kind !== 'invalidated').every(({ retracts }) => retracts === null)).toBe(true);
    const state = await standing('undone');
    expect(state.get('commercial newsletter')).toBe('granted');
    expect(folded(events)).toEqual(state);

    const [undo] = undoes;
    expect(await told(`undone/consents/${undo?.id ?? ''}`)).toMatchObject({ event: { retracts: noes[0]?.id } });
    const data = await told<{
      contactPoints: { history: Told[] }[];
      ledger: { type: string; via: string | null; disclosed: { event?: { id: string; retracts?: string } } }[];
    }>('undone/export');
    const exported = data.contactPoints.flatMap((point) => point.history);
    expect(exported.find(({ id }) => id === undo?.id)?.retracts).toBe(noes[0]?.id);
    const entry = data.ledger.find(({ disclosed }) => disclosed.event?.id === undo?.id);
    expect(entry).toMatchObject({ via: 'page_undo', disclosed: { event: { retracts: noes[0]?.id } } });
  });

  it('names it of a list that was taken back, and names nothing where a consent merely ends', async () => {
    const row = { externalId: 'listed', channel: 'email', address: 'listed@people.example', purpose: 'commercial' };
    const said = { topics: ['newsletter'], occurredAt: '2026-01-01T00:00:00Z', method: 'web_form', wording: 'Yes' };
    const answer = await brand.api.send('POST', '/v1/contacts:import', {
      key: brand.key,
      raw: JSON.stringify({ ...row, ...said }),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    const last = JSON.parse(answer.text.trim().split('\n').at(-1) ?? '') as { import: { id: string } };
    expect((await brand.send('POST', `/v1/imports/${last.import.id}/undo`)).status).toBe(200);
    const events = await history('listed');
    const yes = events.find(({ kind, topic }) => kind === 'imported' && topic === 'newsletter');
    const ends = events.filter(({ kind, topic }) => kind === 'invalidated' && topic === 'newsletter');
    expect(ends.map(({ retracts }) => retracts)).toEqual([yes?.id]);

    await brand.person('moved');
    await brand.contact('moved', 'moved-on@people.example');
    const ended = (await history('moved')).filter(({ kind }) => kind === 'invalidated');
    expect(new Set(ended.map(({ retracts }) => retracts))).toEqual(new Set([null]));
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConsentEventKind, ConsentService, ContactService, PurposeService, StandingService } from '#lib/consent';
import type { EnforcementModel } from '#lib/kernel';
import { Gateway } from '../../../../test/support/gateway.js';
import { InboundService } from '../inbound/inbound.service.js';

/** A purpose that asks for no yes, with topics of its own beside those of the gateway. */
const PURPOSE = 'advice';
const TOPICS = ['tips', 'tricks'];

describe('where somebody stands', () => {
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await Gateway.start();
    await setUp('permissive', 'legitimate_interests');
    for (const key of TOPICS)
      await gateway.tx.execute`
        INSERT INTO consent.topic (id, brand_id, purpose_id, key, labels)
        SELECT gen_random_uuid(), brand_id, id, ${key}, '{"en":"Topic"}' FROM consent.purpose WHERE key = ${PURPOSE}`;
  }, 120_000);
  afterAll(() => gateway.stop());

  const setUp = async (enforcement: EnforcementModel, legalBasis: string, key = PURPOSE) =>
    gateway
      .get(PurposeService)
      .put(gateway.brandId, key, { enforcement, legalBasis, labels: { en: key } }, { by: 'spec', at: await later() });
  const person = (externalId: string, address = `${externalId}@people.example`) =>
    gateway
      .get(ContactService)
      .put(gateway.brandId, externalId, { contactPoints: [{ channel: 'email', address }] }, 'spec');
  const say = async (externalId: string, kind: ConsentEventKind, topics: readonly string[], more: object = {}) =>
    gateway.get(ConsentService).record(
      gateway.brandId,
      externalId,
      {
        ...{ channel: 'email', purpose: PURPOSE, topics, kind, legalBasis: 'consent', method: 'spec', evidence: {} },
        ...{ wording: 'Yes, please.', occurredAt: await later(), ...more },
      },
      'spec',
    );
  const stop = (address: string) => gateway.get(InboundService).text(gateway.brandId, 'email', address, 'STOP');
  /** Of the address in use, without the instants that were asked for. */
  const told = async (externalId: string, asked: object) => {
    const found = await gateway.get(StandingService).find(gateway.brandId, externalId, asked);
    return found?.points.filter(({ inUse }) => inUse);
  };
  const statuses = async (externalId: string, asked: object = {}) =>
    Object.fromEntries(
      ((await told(externalId, asked)) ?? []).flatMap(({ states }) =>
        states.filter(({ purpose }) => purpose === PURPOSE).map(({ topic, status }) => [topic ?? 'whole', status]),
      ),
    );
  const later = async (): Promise<number> => {
    await new Promise((go) => setTimeout(go, 5));
    return Date.now();
  };

  it('is of no address before there was one, but of what was said there by then', async () => {
    const before = await later();
    await later();
    await person('newcomer');
    const inUse = async (at?: number) =>
      (await gateway.get(StandingService).find(gateway.brandId, 'newcomer', { at }))?.points.map(
        (point) => point.inUse,
      );
    expect([await inUse(before), await inUse()]).toEqual([[], [true]]);
    // Told afterwards: it was said at the address then, so it was theirs.
    await say('newcomer', 'granted', [TOPICS[0] ?? ''], { occurredAt: before });
    expect([await inUse(before - 1), await inUse(before)]).toEqual([[], [true]]);
  });

  it('is told the same of this instant as of now, whatever was said in whatever order', async () => {
    // The same histories in every run: a linear congruence (Numerical Recipes).
    let seed = 1;
    const some = <T>(of: readonly T[]): T => {
      seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return of[Math.floor((seed / 2 ** 32) * of.length)] as T;
    };
    const people = Array.from({ length: 24 }, (_, i) => `somebody-${i}`);
    for (const [i, one] of people.entries()) {
      const address = `pair-${i >> 1}@people.example`;
      await person(one, address);
      for (let n = 0; n < 5; n += 1) {
        const kind = some<ConsentEventKind | 'stop'>(['granted', 'granted', 'withdrawn', 'imported', 'stop']);
        if (kind === 'stop') await stop(address);
        else {
          const occurredAt = some([await later(), Date.parse(`2026-0${some([1, 2, 3, 4])}-01T00:00:00Z`)]);
          const shown = some([{}, { wording: null }]);
          const [purpose, topics] = some([
            [PURPOSE, TOPICS],
            ['commercial', ['newsletter', 'events']],
          ] as const);
          const about = some([[], [some(topics)]]);
          // A yes from before a no, or that nothing shows, is refused beside it.
          await say(one, kind, about, { ...{ purpose, occurredAt }, ...shown }).catch((error: unknown) => {
            if (!/opted out|is about was left|can be shown/.test(String(error))) throw error;
          });
        }
      }
    }
    const at = await later();
    const [now, then] = [new Map<string, unknown>(), new Map<string, unknown>()];
    for (const one of people) {
      now.set(one, await told(one, {}));
      then.set(one, await told(one, { at, asKnownAt: at }));
    }
    expect(then).toEqual(now);
    expect(JSON.stringify([...now.values()])).toMatch(/"withdrawn".*"granted"/);
  }, 60_000);

  it('is left as of an instant too where a yes only came along with a topic that was left since', async () => {
    await person('brought');
    await stop('brought@people.example');
    await say('brought', 'granted', ['tips']);
    const agreedAt = await later();
    await say('brought', 'withdrawn', ['tips']);
    expect(await statuses('brought', { at: agreedAt })).toEqual({ whole: 'granted', tips: 'granted' });
    expect(await statuses('brought', { at: await later() })).toEqual({ whole: 'withdrawn', tips: 'withdrawn' });
  });

  it('is left as of an instant too where everything was before there was the purpose', async () => {
    await person('all');
    await stop('all@people.example');
    await setUp('permissive', 'legitimate_interests', 'added');
    await say('all', 'imported', [], { purpose: 'added' });
    for (const asked of [{}, { at: await later() }]) {
      const [point] = (await told('all', asked)) ?? [];
      expect(point?.states.find(({ purpose }) => purpose === 'added')).toMatchObject({ status: 'withdrawn' });
    }
  });

  it('is as a purpose may have asked for where it was set up otherwise since, and says so', async () => {
    await person('listed');
    await say('listed', 'imported', [], { wording: null });
    const at = await later();
    expect(await statuses('listed', { at })).toEqual({ whole: 'granted' });

    await setUp('restrictive', 'consent');
    expect(await statuses('listed')).toEqual({});
    expect(await statuses('listed', { at: await later() })).toEqual({});

    await setUp('permissive', 'legitimate_interests');
    expect(await statuses('listed')).toEqual({ whole: 'granted' });
    expect(await statuses('listed', { at })).toEqual({});

    await person('agreed');
    await say('agreed', 'granted', []);
    const agreedAt = await later();
    await setUp('permissive', 'legitimate_interests');
    const [point] = (await told('agreed', { at: agreedAt })) ?? [];
    expect(point?.states).toMatchObject([{ status: 'granted', setUpChanged: true }]);
    expect((await told('agreed', {}))?.[0]?.states).toMatchObject([{ status: 'granted', setUpChanged: false }]);
  });
});

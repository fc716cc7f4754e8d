import { describe, expect, it } from '@jest/globals';
import type { ConsentFact } from './consent-fold.js';
import { planChanges, recordedAt, scopeId, type Wish } from './plan-changes.js';

const COMMERCIAL = 'commercial';
const TOPICS = ['events', 'newsletter', 'product-news'];

function past(kind: ConsentFact['kind'], occurredAt = 1): ConsentFact[] {
  return [{ id: `event-${occurredAt}`, kind, occurredAt, validUntil: null }];
}

function events(wish: Partial<Wish>, history: Record<string, ConsentFact[]> = {}) {
  let n = 0;
  const whole: Wish = {
    purposeId: COMMERCIAL,
    topicIds: [],
    kind: 'granted',
    occurredAt: null,
    validUntil: null,
    ...wish,
  };
  return planChanges(whole, new Map(Object.entries(history)), TOPICS, 10, () => `id-${n++}`);
}

function plan(wish: Partial<Wish>, history: Record<string, ConsentFact[]> = {}): Record<string, string> {
  return Object.fromEntries(
    events(wish, history).map((event) => [
      scopeId(event.scope),
      event.effective ? (event.state?.status ?? 'nothing') : 'unchanged',
    ]),
  );
}

describe('the plan of a wish', () => {
  it('says yes to the purpose with the first topic', () => {
    expect(plan({ topicIds: ['newsletter'] })).toEqual({ commercial: 'granted', newsletter: 'granted' });
  });

  it('says yes anew to a purpose that has run out, and to one that somebody with the address refused since', () => {
    const ran = [{ id: 'ran', kind: 'granted', occurredAt: 1, validUntil: 9 } as const];
    expect(plan({ topicIds: ['events'] }, { commercial: ran })).toEqual({ commercial: 'granted', events: 'granted' });
    const wish: Wish = {
      purposeId: COMMERCIAL,
      topicIds: ['events'],
      kind: 'granted',
      occurredAt: null,
      validUntil: null,
    };
    const scopesAfter = (refusedAt: number) =>
      planChanges(
        wish,
        new Map([[COMMERCIAL, past('granted', 3)]]),
        TOPICS,
        10,
        () => 'new',
        new Map([[COMMERCIAL, refusedAt]]),
      ).map((event) => scopeId(event.scope));
    expect([scopesAfter(2), scopesAfter(3)]).toEqual([['events'], [COMMERCIAL, 'events']]);
  });

  it('leaves the purpose alone when it stands already', () => {
    expect(plan({ topicIds: ['events'] }, { commercial: past('granted') })).toEqual({ events: 'granted' });
  });

  it('leaves one topic and nothing else', () => {
    expect(
      plan(
        { topicIds: ['newsletter'], kind: 'withdrawn' },
        { commercial: past('granted'), newsletter: past('granted'), events: past('granted') },
      ),
    ).toEqual({
      newsletter: 'withdrawn',
    });
  });

  it('leaves every topic with the purpose', () => {
    const states = { commercial: past('granted'), newsletter: past('granted'), events: past('requested') };
    expect(plan({ kind: 'withdrawn' }, states)).toEqual({
      commercial: 'withdrawn',
      newsletter: 'withdrawn',
      events: 'withdrawn',
    });
  });

  it('does not revive other topics when somebody who left everything takes one up again', () => {
    const left = { commercial: past('withdrawn'), newsletter: past('withdrawn'), events: past('withdrawn') };
    expect(plan({ topicIds: ['newsletter'] }, left)).toEqual({ commercial: 'granted', newsletter: 'granted' });
  });

  it('records an import over a refusal without effect', () => {
    expect(
      plan(
        { topicIds: ['newsletter'], kind: 'imported' },
        { commercial: past('granted'), newsletter: past('withdrawn') },
      ),
    ).toEqual({
      newsletter: 'unchanged',
    });
  });

  it('takes a wish of now for later than everything known, also after the clock stepped back', () => {
    const [left] = events({ topicIds: ['newsletter'], kind: 'withdrawn' }, { newsletter: past('granted', 500) });
    expect(left).toMatchObject({ occurredAt: 501, effective: true, state: { status: 'withdrawn' } });
    const [again] = events(
      { topicIds: ['newsletter'] },
      { commercial: past('granted'), newsletter: past('withdrawn', 500) },
    );
    expect(again).toMatchObject({ occurredAt: 501, effective: true, state: { status: 'granted' } });
    // And nothing is recorded before it happened.
    expect([recordedAt({ occurredAt: 501 }, 100), recordedAt({ occurredAt: 50 }, 100)]).toEqual([501, 100]);
  });
});

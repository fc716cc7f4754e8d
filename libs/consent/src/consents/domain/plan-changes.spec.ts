import { describe, expect, it } from '@jest/globals';
import type { ConsentState } from './consent-fold.js';
import { planChanges, scopeId, type Wish } from './plan-changes.js';

const COMMERCIAL = 'commercial';
const TOPICS = ['events', 'newsletter', 'product-news'];

function state(status: ConsentState['status'], since = 1): ConsentState {
  return { status, since, validUntil: null, eventId: `event-${since}` };
}

function plan(wish: Partial<Wish>, states: Record<string, ConsentState> = {}): Record<string, string> {
  let n = 0;
  const whole: Wish = {
    purposeId: COMMERCIAL,
    topicIds: [],
    kind: 'granted',
    occurredAt: 10,
    validUntil: null,
    ...wish,
  };
  const events = planChanges(whole, new Map(Object.entries(states)), TOPICS, () => `id-${n++}`);
  return Object.fromEntries(events.map((event) => [scopeId(event.scope), event.state?.status ?? 'unchanged']));
}

describe('the plan of a wish', () => {
  it('says yes to the purpose with the first topic', () => {
    expect(plan({ topicIds: ['newsletter'] })).toEqual({ commercial: 'granted', newsletter: 'granted' });
  });

  it('leaves the purpose alone when it stands already', () => {
    expect(plan({ topicIds: ['events'] }, { commercial: state('granted') })).toEqual({ events: 'granted' });
  });

  it('leaves one topic and nothing else', () => {
    expect(
      plan(
        { topicIds: ['newsletter'], kind: 'withdrawn' },
        { commercial: state('granted'), newsletter: state('granted'), events: state('granted') },
      ),
    ).toEqual({
      newsletter: 'withdrawn',
    });
  });

  it('leaves every topic with the purpose', () => {
    const states = { commercial: state('granted'), newsletter: state('granted'), events: state('requested') };
    expect(plan({ kind: 'withdrawn' }, states)).toEqual({
      commercial: 'withdrawn',
      newsletter: 'withdrawn',
      events: 'withdrawn',
    });
  });

  it('does not revive other topics when somebody who left everything takes one up again', () => {
    const left = { commercial: state('withdrawn'), newsletter: state('withdrawn'), events: state('withdrawn') };
    expect(plan({ topicIds: ['newsletter'] }, left)).toEqual({ commercial: 'granted', newsletter: 'granted' });
  });

  it('records an import over a refusal without effect', () => {
    expect(
      plan(
        { topicIds: ['newsletter'], kind: 'imported' },
        { commercial: state('granted'), newsletter: state('withdrawn') },
      ),
    ).toEqual({
      newsletter: 'unchanged',
    });
  });
});

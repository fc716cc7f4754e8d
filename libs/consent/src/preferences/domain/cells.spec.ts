import { describe, expect, it } from '@jest/globals';
import type { MessageClass } from '#lib/kernel';
import { factsWith, MAIL, NOW, PHONE, POINTS, type States } from '../testing/some-facts.js';
import { canStillCome, cellKey, type WaitingFor } from './cells.js';

const YES: States = { ads: 'granted', news: 'granted' };
const at = (pointId: WaitingFor['pointId'], purposeId: string, topicId: string | null, kind: MessageClass) => ({
  pointId,
  purposeId,
  topicId,
  class: kind,
});
const NEWS = at(MAIL, 'ads', 'news', 'commercial');
const RECEIPT = at(MAIL, 'orders', 'receipt', 'transactional');
const come = (facts: Parameters<typeof canStillCome>[0], about: WaitingFor): boolean => canStillCome(facts, about, NOW);

describe('a message that waits', () => {
  it.each<[string, States, WaitingFor, boolean]>([
    ['about what was agreed to', YES, NEWS, true],
    ['about a topic that was left', { ...YES, news: 'withdrawn' }, NEWS, false],
    ['about a topic whose purpose was left', { ...YES, ads: 'withdrawn' }, NEWS, false],
    ['at an address where nothing was agreed to', YES, at(PHONE, 'ads', 'news', 'commercial'), false],
    ['that has no address', YES, at(null, 'ads', 'news', 'commercial'), false],
    ['where no yes is needed', {}, at(MAIL, 'tips', null, 'commercial'), true],
    ['where none is needed and a no was said', { tips: 'withdrawn' }, at(MAIL, 'tips', 'hints', 'commercial'), false],
    ['against whose interest was objected', { survey: 'objected' }, at(MAIL, 'survey', null, 'transactional'), false],
    ['for an order', {}, RECEIPT, true],
    ['about nothing that is known', YES, at(MAIL, 'gone', null, 'commercial'), false],
  ])('%s', (_name, states, about, expected) => {
    expect(come(factsWith(states), about)).toBe(expected);
  });

  it('for an order comes in spite of an objection, and of no other block', () => {
    const blocked = (...suppressed: string[]) => ({
      ...factsWith(YES),
      points: POINTS.map((point) => ({ ...point, suppressed })),
    });
    expect([come(blocked('objection'), NEWS), come(blocked('objection'), RECEIPT)]).toEqual([false, true]);
    for (const reason of ['complaint', 'bounce', 'manual']) {
      expect([reason, come(blocked('objection', reason), RECEIPT)]).toEqual([reason, false]);
    }
  });

  it('comes to no address that is no longer in use', () => {
    const points = POINTS.map((point) => ({ ...point, inUse: false }));
    expect(come({ ...factsWith(YES), points }, RECEIPT)).toBe(false);
  });

  it('of advertising does not come where a law asks for a yes that is missing', () => {
    const tips = at(MAIL, 'tips', null, 'commercial');
    const facts = { ...factsWith({}), asksYes: new Set([cellKey({ ...tips, pointId: MAIL })]) };
    expect([come(facts, tips), come(facts, { ...tips, class: 'transactional' })]).toEqual([false, true]);
  });
});

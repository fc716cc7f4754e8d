import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ContactPointId } from '#lib/kernel';
import { type Choice, choicesOf, only } from '../../contacts/domain/choices.js';
import { cellKey } from './cells.js';
import { planPreferences } from './plan-preferences.js';
import { isPartly, planUndo } from './plan-undo.js';
import type { SaidWord } from '../../consents/domain/plan-changes.js';
import type { PreferenceFacts } from './preference-facts.js';

import {
  NOW,
  DAY,
  MAIL,
  PHONE,
  POINTS,
  MANAGE,
  WITH_MORE_TIPS,
  States,
  factsWith,
  on,
  carriedOut,
  no,
  noesIn,
  yesesIn,
  undone,
  pastIn,
  worlds,
  requests,
} from '../testing/some-facts.js';

describe('taking back', () => {
  const before = factsWith({ ads: 'granted', news: 'granted', events: 'granted' });
  const left = factsWith({ ads: 'granted', news: 'withdrawn', events: 'granted' });
  const noes = [no(MAIL, 'ads', 'news')];
  const change = { noes, yeses: [], turnedOn: [], turnedOff: [`${MAIL}.news`], fieldsBefore: {}, fieldsAfter: {} };
  it('says yes to nothing, and takes back what was left while what stood before is still good', () => {
    const until = NOW + DAY;
    const ending: PreferenceFacts = {
      ...before,
      states: new Map([
        [MAIL, new Map([...(before.states.get(MAIL) ?? [])].map(([id, was]) => [id, { ...was, validUntil: until }]))],
      ]),
    };
    for (const world of [before, ending])
      expect(planUndo(left, MANAGE, change, pastIn(world), NOW)).toMatchObject({ consents: [], takenBack: noes });
    expect(planUndo(left, MANAGE, change, pastIn(ending), until).takenBack).toEqual([]);
    expect(planUndo(left, MANAGE, change, pastIn(factsWith({ ads: 'granted' })), NOW).takenBack).toEqual([]);
  });

  it('gives back nothing about which anything happened since, to the topic or to its purpose', () => {
    for (const scope of ['news', 'ads']) {
      const touched = (pointId: ContactPointId, id: string) => ({
        ...pastIn(before)(pointId, id),
        isUntouched: id !== scope,
      });
      expect(planUndo(left, MANAGE, change, touched, NOW).takenBack).toEqual([]);
    }
  });

  it('by a link that may only reduce gives back what it took at its own contact point', () => {
    const everywhere = {
      ...{ ...change, noes: [no(MAIL, 'ads', 'news'), no(PHONE, 'ads', 'news')] },
      turnedOff: [`${MAIL}.news`, `${PHONE}.news`],
    };
    const agreed = { ads: 'granted', news: 'granted' } as const;
    const gone = { ads: 'granted', news: 'withdrawn' } as const;
    const planned = (access: 'manage' | 'reduce') =>
      planUndo(factsWith(gone, gone), { access, pointId: MAIL }, everywhere, pastIn(factsWith(agreed, agreed)), NOW);
    expect(planned('reduce').takenBack.map(({ pointId }) => pointId)).toEqual([MAIL]);
    expect(planned('reduce').turnedOn.map(cellKey)).toEqual([`${MAIL}.news`]);
    expect(planned('manage').takenBack.map(({ pointId }) => pointId)).toEqual([MAIL, PHONE]);
  });

  it('said yes to in between, a topic keeps its purpose when another yes is taken back', () => {
    const change = {
      turnedOn: [`${MAIL}.news`, `${MAIL}.ads`],
      turnedOff: [],
      fieldsBefore: {},
      fieldsAfter: {},
      noes: [],
      yeses: [],
    };
    const undo = (now: States) =>
      planUndo(factsWith(now), MANAGE, change, pastIn(factsWith({})), NOW).turnedOff.map(cellKey);
    expect(undo({ ads: 'granted', news: 'granted' })).toEqual([`${MAIL}.news`, `${MAIL}.ads`]);
    expect(undo({ ads: 'granted', news: 'granted', events: 'granted' })).toEqual([`${MAIL}.news`]);
    // Whatever needs no yes is on with its purpose, and not by anybody's word.
    const hinted = { ...change, turnedOn: [`${MAIL}.hints`, `${MAIL}.tips`] };
    const world = { ...factsWith({ tips: 'granted', hints: 'granted' }), purposes: WITH_MORE_TIPS };
    const plan = planUndo(world, MANAGE, hinted, pastIn(factsWith({ tips: 'withdrawn' })), NOW);
    expect(plan.turnedOff.map(cellKey)).toEqual([`${MAIL}.hints`, `${MAIL}.tips`]);
  });

  it('retracts a yes where none is needed, with the noes beside it, and leaves one that cannot go alone by a no', () => {
    const keys = (...ids: string[]) => ids.map((id) => `${MAIL}.${id}`);
    const facts = { ...factsWith({}), purposes: WITH_MORE_TIPS, asksYes: new Set(keys('tips', 'hints', 'tricks')) };
    const ticked = new Set(keys('hints', 'survey'));
    const plan = planPreferences(facts, MANAGE, { act: 'save', ticked }, NOW);
    const [yeses, noes] = [yesesIn(plan), noesIn(facts, plan)];
    const [turnedOn, turnedOff] = [plan.turnedOn.map(cellKey), plan.turnedOff.map(cellKey)];
    const beside = noes.filter(({ pointId }) => pointId === MAIL).map(({ scope }) => scope);
    expect([turnedOn, beside]).toEqual([keys('hints', 'tips'), [{ purposeId: 'tips', topicId: 'tricks' }]]);
    const change = { noes, yeses, turnedOn, turnedOff, fieldsBefore: {}, fieldsAfter: {} };
    const after = { ...carriedOut(facts, plan), asksYes: new Set<string>() };
    const undo = planUndo(after, MANAGE, change, pastIn(facts), NOW);
    expect(undo.consents).toEqual([]);
    expect(undone(facts, after, undo).states).toEqual(facts.states);
    // Something was said of the topic since: what is left of the change is left by a no, and nothing comes back.
    const since = (pointId: ContactPointId, id: string) => ({
      ...pastIn(facts)(pointId, id),
      isUntouched: id !== 'hints',
    });
    const part = planUndo(after, MANAGE, change, since, NOW);
    expect(part.yesesBack).toEqual([]);
    expect(part.consents.map(({ topicIds, kind }) => [topicIds[0] ?? 'tips', kind])).toEqual([
      ['hints', 'withdrawn'],
      ['tips', 'withdrawn'],
    ]);
  });

  it('leaves a yes by a no where one is needed, and retracts one that a law keeps back where none is', () => {
    const change = (key: string, yes: SaidWord) => ({
      ...{ noes: [], yeses: [yes], turnedOn: [`${MAIL}.${key}`], turnedOff: [], fieldsBefore: {}, fieldsAfter: {} },
    });
    const agreed = factsWith({ ads: 'granted', news: 'granted' });
    const past = pastIn(factsWith({ ads: 'granted' }));
    const left = planUndo(agreed, MANAGE, change('news', no(MAIL, 'ads', 'news')), past, NOW);
    expect([left.consents.map(({ topicIds, kind }) => [topicIds, kind]), left.takenBack]).toEqual([
      [[['news'], 'withdrawn']],
      [],
    ]);
    const yes = no(MAIL, 'tips', null);
    const kept = { ...factsWith({ tips: 'granted' }), asksYes: new Set([`${MAIL}.tips`, `${MAIL}.hints`]) };
    const back = planUndo(kept, MANAGE, change('tips', yes), pastIn(factsWith({})), NOW);
    expect([back.consents, back.takenBack, back.yesesBack]).toEqual([[], [yes], [yes]]);
  });

  it('of a whole purpose gives back nothing where something happened since to one of its topics', () => {
    const [ads, news] = [no(MAIL, 'ads', null), no(MAIL, 'ads', 'news')];
    const stopped = factsWith({ ads: 'withdrawn', news: 'withdrawn', events: 'granted' });
    const touched = (scope: string | null) => (pointId: ContactPointId, id: string) => ({
      ...pastIn(before)(pointId, id),
      isUntouched: id !== scope,
    });
    const whole = { ...change, noes: [ads, news], turnedOff: [`${MAIL}.news`, `${MAIL}.ads`] };
    const undo = (scope: string | null) => {
      const { takenBack, turnedOn } = planUndo(stopped, MANAGE, whole, touched(scope), NOW);
      return [takenBack, turnedOn.map(cellKey)];
    };
    expect(undo(null)).toEqual([
      [ads, news],
      [`${MAIL}.news`, `${MAIL}.ads`],
    ]);
    expect(undo('events')).toEqual([[], []]);
  });

  it('takes a no to everything back beside another at the same contact point, where nobody has said it since', () => {
    const all = { ...no(MAIL, 'b', null), id: 'all' };
    const elsewhere = { ...no(PHONE, 'b', null), id: 'elsewhere' };
    const undo = (scope: string | null) =>
      planUndo(
        left,
        MANAGE,
        { ...change, noes: [...noes, all, elsewhere] },
        (pointId, id) => ({ ...pastIn(before)(pointId, id), isUntouched: id !== scope }),
        NOW,
      ).takenBack;
    expect(undo(null)).toEqual([...noes, all]);
    expect(undo('b')).toEqual(noes);
    expect(undo('news')).toEqual([]);
  });

  it('gives back each choice that still stands as it was made, and leaves what was chosen since', () => {
    const zone = { ...change, turnedOff: [], noes: [] };
    const facts = factsWith({}, {}, { language: 'it', wishes: { zone: 'Asia/Tokyo' } });
    const made = {
      fieldsBefore: { language: 'de', 'wishes.zone': null },
      fieldsAfter: { language: 'fr', 'wishes.zone': 'Asia/Tokyo' },
    };
    expect(planUndo(facts, MANAGE, { ...zone, ...made }, pastIn(before), NOW).fields).toEqual({ 'wishes.zone': null });
  });

  it.each<[string, object, object, boolean]>([
    ['all that it turned off and chose', { turnedOn: ['a', 'b'], fieldsAfter: { language: 'de' } }, {}, false],
    ['what it turned off but one', { turnedOn: ['a'], fieldsAfter: { language: 'de' } }, {}, true],
    ['what it turned off alone', { turnedOn: ['a', 'b'], fieldsAfter: {} }, {}, true],
    ['an end that it chose', { turnedOn: ['a', 'b'], fieldsAfter: { language: 'de' } }, { language: null }, false],
  ])('is a part or the whole: %s', (_what, undo, after, isPart) => {
    const change = { turnedOff: ['a', 'b'], fieldsAfter: { language: 'fr', ...after } };
    expect(isPartly(undo as Parameters<typeof isPartly>[0], change)).toBe(isPart);
  });

  it('undoes what it did, to what it was', () => {
    fc.assert(
      fc.property(worlds, requests, (facts, request) => {
        const plan = planPreferences(facts, MANAGE, request, NOW);
        const after = carriedOut(facts, plan);
        const change = {
          noes: noesIn(facts, plan),
          yeses: yesesIn(plan),
          turnedOn: plan.turnedOn.map(cellKey),
          turnedOff: plan.turnedOff.map(cellKey),
          fieldsBefore: only(choicesOf(facts.fields), Object.keys(plan.fields) as Choice[]),
          fieldsAfter: plan.fields,
        };
        const back = undone(facts, after, planUndo(after, MANAGE, change, pastIn(facts), NOW));
        if (change.turnedOn.length === 0) expect(back.states).toEqual(facts.states);
        expect(on(facts)).toEqual(expect.arrayContaining(on(back)));
        expect(on(back)).toEqual(expect.arrayContaining(plan.turnedOff.map(cellKey)));
        expect(on(back).filter((key) => change.turnedOn.includes(key))).toEqual([]);
        expect(back.fields).toEqual(facts.fields);
      }),
    );
  });

  it('is not undone for an address that has complained since', () => {
    const facts = factsWith({ ads: 'withdrawn', news: 'withdrawn' });
    const noes = [no(MAIL, 'ads', null), no(MAIL, 'ads', 'news')];
    const complained = { ...facts, points: [{ ...POINTS[0], suppressed: ['complaint'] }, POINTS[1]] };
    const change = { noes, yeses: [], turnedOn: [], turnedOff: [`${MAIL}.news`], fieldsBefore: {}, fieldsAfter: {} };
    const past = pastIn(factsWith({ ads: 'granted', news: 'granted' }));
    expect(planUndo(facts, MANAGE, change, past, NOW).turnedOn).toHaveLength(1);
    expect(planUndo(facts, MANAGE, change, past, NOW).takenBack).toEqual(noes);
    expect(planUndo(complained, MANAGE, change, past, NOW).takenBack).toEqual([]);
  });
});

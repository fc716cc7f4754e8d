import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BrandId, ContactId, ContactPointId, EnforcementModel } from '#lib/kernel';
import { runs } from '../../../../../test/support/runs.js';
import type { ConsentState, ConsentStatus } from '../../consents/domain/consent-fold.js';
import { isRefusal } from '../../consents/domain/consent-fold.js';
import { canBeLeft } from '../../consents/domain/leaving.js';
import { type Cell, cellKey, cellsOf, wholeOf } from './cells.js';
import {
  frequencyOf,
  maySayYes,
  planPreferences,
  type Past,
  planUndo,
  type PreferencePlan,
  type PreferenceRequest,
} from './plan-preferences.js';
import type { PreferenceFacts, PurposeFacts } from './preference-facts.js';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const DAY = 86_400_000;
const MAIL = 'mail' as ContactPointId;
const PHONE = 'phone' as ContactPointId;
const POINTS = [
  { id: MAIL, channel: 'email', address: 'ada@example.org', inUse: true, suppressed: [] },
  { id: PHONE, channel: 'sms', address: '+4930123456', inUse: true, suppressed: [] },
] as const;

const purpose = (id: string, enforcement: EnforcementModel, legalBasis: string, topics: string[]): PurposeFacts => ({
  id,
  key: id,
  labels: {},
  enforcement,
  legalBasis,
  topics: topics.map((topic) => ({ id: topic, key: topic, labels: {}, descriptions: {} })),
});
const MANAGE = { access: 'manage', pointId: MAIL } as const;
const PURPOSES = [
  purpose('ads', 'restrictive', 'consent', ['news', 'events']),
  purpose('tips', 'permissive', 'legitimate_interests', ['hints']),
  purpose('survey', 'disabled', 'legitimate_interests', []),
  purpose('orders', 'disabled', 'contract', ['receipt']),
];
const SCOPES = PURPOSES.flatMap(({ id, topics }) => [id, ...topics.map((topic) => topic.id)]);

type States = Record<string, ConsentStatus>;
const state = (status: ConsentStatus): ConsentState => ({
  status,
  since: NOW - DAY,
  validUntil: null,
  eventId: 'e',
  imported: false,
});
function factsWith(mail: States, phone: States = {}, fields: Partial<PreferenceFacts['fields']> = {}): PreferenceFacts {
  const statesOf = (states: States) => new Map(Object.entries(states).map(([id, status]) => [id, state(status)]));
  const said = new Map([
    [MAIL, statesOf(mail)],
    [PHONE, statesOf(phone)],
  ]);
  return {
    brandId: 'b' as BrandId,
    contactId: 'c' as ContactId,
    erased: false,
    sealedUntil: null,
    zone: null,
    fields: { language: 'de', pausedUntil: null, wishes: {}, ...fields },
    points: POINTS,
    purposes: PURPOSES,
    states: said,
    own: said,
  };
}
/** Everything about which a message would find its consent. */
const on = (facts: PreferenceFacts): string[] =>
  cellsOf(facts, NOW)
    .filter((cell) => cell.on)
    .map(cellKey);

/** What the plan leads to, as consents record it: leaving a purpose leaves its topics, a yes to a topic is one to its purpose. */
function carriedOut(facts: PreferenceFacts, plan: PreferencePlan): PreferenceFacts {
  const states = new Map([...facts.states].map(([point, of]) => [point, new Map(of)]));
  for (const { pointId, purposeId, topicIds, kind } of plan.consents) {
    const of = states.get(pointId) ?? new Map<string, ConsentState>();
    const topicsOf = PURPOSES.find(({ id }) => id === purposeId)?.topics.map(({ id }) => id) ?? [];
    const standing = topicsOf.filter((id) => !isRefusal(of.get(id)?.status ?? 'refused'));
    const touched =
      kind === 'granted' ? [purposeId, ...topicIds] : topicIds.length > 0 ? topicIds : [purposeId, ...standing];
    for (const id of touched) of.set(id, state(kind));
  }
  return { ...facts, states, own: states, fields: { ...facts.fields, ...plan.fields } };
}

/** What stood in a world, each said in so many words unless told otherwise. */
const pastIn =
  (facts: PreferenceFacts, isExpress = true) =>
  (pointId: ContactPointId, scopeId: string): Past => ({
    state: facts.states.get(pointId)?.get(scopeId) ?? null,
    isExpress,
    isUntouched: true,
  });

const statuses = fc.constantFrom<ConsentStatus>(
  'granted',
  'confirmed',
  'withdrawn',
  'refused',
  'objected',
  'requested',
  'expired',
);
const states = fc.dictionary(fc.constantFrom(...SCOPES), statuses);
const fieldsArbitrary = fc.record({
  language: fc.constantFrom('de', 'en', null),
  pausedUntil: fc.option(fc.integer({ min: NOW - 9 * DAY, max: NOW + 99 * DAY })),
  wishes: fc.constantFrom(
    {},
    { frequency: [{ limit: 1, window: 'P7D', channel: null, topic: null }] },
    { frequency: [{ limit: 1, window: 'P30D', channel: null, topic: null }] },
    { frequency: [{ limit: 3, window: 'P1D', channel: null, topic: null }] },
    { zone: 'Europe/Berlin', frequency: [{ limit: 3, window: 'P1D', channel: 'sms' as const, topic: null }] },
  ),
});
const worlds = fc.tuple(states, states, fieldsArbitrary).map(([mail, phone, fields]) => factsWith(mail, phone, fields));
const cells = fc.array(fc.constantFrom(...SCOPES.flatMap((id) => [`${MAIL}.${id}`, `${PHONE}.${id}`, 'junk'])));
const requests: fc.Arbitrary<PreferenceRequest> = fc.oneof(
  fc.constant<PreferenceRequest>({ act: 'stop_all' }),
  fc.constant<PreferenceRequest>({ act: 'resume' }),
  fc.constantFrom(...SCOPES).map((scopeId): PreferenceRequest => ({ act: 'leave', scopeId, pointId: MAIL })),
  fc
    .record(
      {
        ticked: cells.map((keys) => new Set(keys)),
        frequency: fc.constantFrom('any' as const, 'weekly' as const, 'monthly' as const),
        pausedUntil: fc.option(fc.integer({ min: NOW, max: NOW + 99 * DAY })),
        quietHours: fc.option(fc.constant({ start: '20:00', end: '08:00' })),
        zone: fc.option(fc.constant('Asia/Tokyo')),
        language: fc.constantFrom('fr', 'de'),
      },
      { requiredKeys: ['ticked'] },
    )
    .map((save): PreferenceRequest => ({ act: 'save', ...save })),
);

describe('a link that may only reduce', () => {
  it.each([
    ['whatever is asked of it', { access: 'reduce', pointId: MAIL }, (request: PreferenceRequest) => request],
    [
      'and a form that is kept does not by any link',
      { access: 'manage', pointId: MAIL },
      (request: PreferenceRequest): PreferenceRequest =>
        request.act === 'save' ? { ...request, onlyLess: true } : { act: 'stop_all' },
    ],
  ] as const)('never lets one more message through, %s', (_what, holder, asked) => {
    fc.assert(
      fc.property(worlds, requests, (facts, request) => {
        const plan = planPreferences(facts, holder, asked(request), NOW);
        const after = carriedOut(facts, plan);
        const before = new Set(on(facts));
        expect(on(after).filter((key) => !before.has(key))).toEqual([]);
        expect(plan.consents.every(({ kind }) => kind !== 'granted')).toBe(true);
        expect(after.fields.pausedUntil ?? -Infinity).toBeGreaterThanOrEqual(facts.fields.pausedUntil ?? -Infinity);
        expect(after.fields.language).toBe(facts.fields.language);
        const { frequency: _, ...others } = after.fields.wishes;
        const { frequency: __, ...othersBefore } = facts.fields.wishes;
        expect(others).toEqual(othersBefore);
        const rank = { any: 0, other: 0, weekly: 1, monthly: 2 };
        expect(rank[frequencyOf(after.fields.wishes)]).toBeGreaterThanOrEqual(rank[frequencyOf(facts.fields.wishes)]);
      }),
      { numRuns: runs(1_000) },
    );
  });
});

describe('a link that may do everything', () => {
  const holder = { access: 'manage', pointId: MAIL } as const;

  it('says yes for its own contact point alone', () => {
    fc.assert(
      fc.property(worlds, requests, (facts, request) => {
        const { consents, turnedOn } = planPreferences(facts, holder, request, NOW);
        for (const { kind, pointId } of consents) if (kind === 'granted') expect(pointId).toBe(MAIL);
        expect(turnedOn.every(({ pointId }) => maySayYes(holder, pointId))).toBe(true);
      }),
    );
  });

  it('leads to what was ticked, and a second time changes nothing', () => {
    fc.assert(
      fc.property(worlds, cells, (facts, keys) => {
        const request = { act: 'save', ticked: new Set(keys) } as const;
        const after = carriedOut(facts, planPreferences(facts, holder, request, NOW));
        const all = cellsOf(facts, NOW);
        const isTicked = (cell: Cell) => request.ticked.has(cellKey(cell));
        for (const cell of all) {
          const whole = wholeOf(all, cell);
          const isStopped = whole?.on === true && !isTicked(whole);
          const isMeant =
            isTicked(cell) ||
            (cell.topicId === null && !cell.on && all.some((topic) => isTicked(topic) && wholeOf(all, topic) === cell));
          const isOn = on(after).includes(cellKey(cell));
          expect([cellKey(cell), isOn]).toEqual([
            cellKey(cell),
            !isStopped && isMeant && (cell.on || cell.pointId === MAIL),
          ]);
        }
        const again = planPreferences(after, holder, { act: 'save', ticked: new Set(on(after)) }, NOW);
        expect(again).toEqual({ consents: [], again: [], fields: {}, turnedOn: [], turnedOff: [] });
      }),
    );
  });

  it('with not one box ticked nothing can come any more, whatever it is about', () => {
    fc.assert(
      fc.property(worlds, (facts) => {
        const plan = planPreferences(facts, holder, { act: 'save', ticked: new Set() }, NOW);
        expect(on(carriedOut(facts, plan))).toEqual([]);
      }),
    );
  });

  it('tells whose box brought a purpose with it', () => {
    const said = (ticked: string[]) =>
      planPreferences(
        factsWith({}),
        holder,
        { act: 'save', ticked: new Set(['tips', 'hints', 'survey', ...ticked].map((id) => `${MAIL}.${id}`)) },
        NOW,
      )
        .consents.filter(({ kind }) => kind === 'granted')
        .map(({ purposeId, topicIds, broughtBy }) => [topicIds[0] ?? purposeId, broughtBy ?? 'itself']);
    expect(said(['news', 'events'])).toEqual([
      ['ads', ['news', 'events']],
      ['news', 'itself'],
      ['events', 'itself'],
    ]);
    expect(said(['ads', 'news'])).toEqual([
      ['ads', 'itself'],
      ['news', 'itself'],
    ]);
  });

  it('said yes to in between, a topic keeps its purpose when another yes is taken back', () => {
    const change = {
      at: NOW,
      turnedOn: [`${MAIL}.news`, `${MAIL}.ads`],
      turnedOff: [],
      fieldsBefore: {},
      fieldsAfter: {},
    };
    const undo = (now: States) =>
      planUndo(factsWith(now), holder, change, pastIn(factsWith({})), NOW).turnedOff.map(cellKey);
    expect(undo({ ads: 'granted', news: 'granted' })).toEqual([`${MAIL}.news`, `${MAIL}.ads`]);
    expect(undo({ ads: 'granted', news: 'granted', events: 'granted' })).toEqual([`${MAIL}.news`]);
  });

  it('stops everything that can be chosen, leaves what a contract needs, and twice is the same as once', () => {
    fc.assert(
      fc.property(worlds, (facts) => {
        const plan = planPreferences(facts, holder, { act: 'stop_all' }, NOW);
        const after = carriedOut(facts, plan);
        expect(on(after)).toEqual([]);
        expect(plan.consents.filter(({ purposeId }) => purposeId === 'orders')).toEqual([]);
        expect(planPreferences(after, holder, { act: 'stop_all' }, NOW).consents).toEqual([]);
      }),
    );
  });

  it('undoes what it did, to what it was', () => {
    fc.assert(
      fc.property(worlds, requests, (facts, request) => {
        const plan = planPreferences(facts, holder, request, NOW);
        const after = carriedOut(facts, plan);
        const change = {
          at: NOW,
          turnedOn: plan.turnedOn.map(cellKey),
          turnedOff: plan.turnedOff.map(cellKey),
          fieldsBefore: Object.fromEntries(
            Object.keys(plan.fields).map((name) => [name, facts.fields[name as keyof typeof facts.fields]]),
          ),
          fieldsAfter: plan.fields,
        };
        const back = carriedOut(after, planUndo(after, holder, change, pastIn(facts), NOW));
        expect(on(back)).toEqual(expect.arrayContaining(plan.turnedOff.map(cellKey)));
        expect(on(back).filter((key) => change.turnedOn.includes(key))).toEqual([]);
        expect(back.fields).toEqual(facts.fields);
      }),
    );
  });
});

describe('leaving', () => {
  it('an interest that the company claims is an objection, and a contract cannot be left', () => {
    const facts = factsWith({});
    const { consents } = planPreferences(facts, { access: 'reduce', pointId: MAIL }, { act: 'stop_all' }, NOW);
    const kinds = consents
      .filter(({ pointId }) => pointId === MAIL)
      .map(({ purposeId, kind }) => `${purposeId} ${kind}`);
    expect(kinds).toEqual(['ads withdrawn', 'tips withdrawn', 'survey objected']);
    expect(PURPOSES.filter(canBeLeft).map(({ id }) => id)).toEqual(['ads', 'tips', 'survey']);
  });

  it('is not undone for an address that has complained since', () => {
    const facts = factsWith({ ads: 'withdrawn', news: 'withdrawn' });
    const complained = { ...facts, points: [{ ...POINTS[0], suppressed: ['complaint'] }, POINTS[1]] };
    const change = { at: NOW, turnedOn: [], turnedOff: [`${MAIL}.news`], fieldsBefore: {}, fieldsAfter: {} };
    const past = pastIn(factsWith({ ads: 'granted', news: 'granted' }));
    expect(planUndo(facts, MANAGE, change, past, NOW).turnedOn).toHaveLength(1);
    expect(planUndo(complained, MANAGE, change, past, NOW).consents).toEqual([]);
  });
});

describe('taking back', () => {
  const before = factsWith({ ads: 'granted', news: 'granted', events: 'granted' });
  const left = factsWith({ ads: 'granted', news: 'withdrawn', events: 'granted' });
  const change = { at: NOW, turnedOn: [], turnedOff: [`${MAIL}.news`], fieldsBefore: {}, fieldsAfter: {} };
  it('gives back an express consent with the end it had', () => {
    const until = NOW + DAY;
    const ending: PreferenceFacts = {
      ...before,
      states: new Map([
        [MAIL, new Map([...(before.states.get(MAIL) ?? [])].map(([id, was]) => [id, { ...was, validUntil: until }]))],
      ]),
    };
    expect(planUndo(left, MANAGE, change, pastIn(before), NOW).consents).toMatchObject([
      { topicIds: ['news'], validUntil: null },
    ]);
    expect(planUndo(left, MANAGE, change, pastIn(ending), NOW).consents).toMatchObject([
      { topicIds: ['news'], validUntil: until },
    ]);
    expect(planUndo(left, MANAGE, change, pastIn(ending), until).consents).toEqual([]);
  });

  it('gives back nothing that was implied, or that was never there', () => {
    expect(planUndo(left, MANAGE, change, pastIn(before, false), NOW).consents).toEqual([]);
    expect(planUndo(left, MANAGE, change, pastIn(factsWith({ ads: 'granted' })), NOW).consents).toEqual([]);
  });

  it('gives back nothing about which anything happened since, to the topic or to its purpose', () => {
    for (const scope of ['news', 'ads']) {
      const touched = (pointId: ContactPointId, id: string) => ({
        ...pastIn(before)(pointId, id),
        isUntouched: id !== scope,
      });
      expect(planUndo(left, MANAGE, change, touched, NOW).consents).toEqual([]);
    }
  });

  it('by a link that may only reduce gives back what it took at its own contact point', () => {
    const everywhere = { ...change, turnedOff: [`${MAIL}.news`, `${PHONE}.news`] };
    const agreed = { ads: 'granted', news: 'granted' } as const;
    const gone = { ads: 'granted', news: 'withdrawn' } as const;
    const planned = (access: 'manage' | 'reduce') =>
      planUndo(factsWith(gone, gone), { access, pointId: MAIL }, everywhere, pastIn(factsWith(agreed, agreed)), NOW);
    expect(planned('reduce').consents.map(({ pointId }) => pointId)).toEqual([MAIL]);
    expect(planned('manage').consents.map(({ pointId }) => pointId)).toEqual([MAIL, PHONE]);
  });
});

describe('somebody who objected to everything at an address', () => {
  const agreed = { ads: 'granted', news: 'granted', events: 'granted' } as const;
  const facts: PreferenceFacts = {
    ...factsWith(agreed, agreed),
    points: [{ ...POINTS[0], suppressed: ['objection'] }, POINTS[1]],
  };
  const mailCells = (of: PreferenceFacts) => on(of).filter((key) => key.startsWith(MAIL));
  const save = (ticked: string[]) =>
    planPreferences(
      facts,
      { access: 'manage', pointId: MAIL },
      { act: 'save', ticked: new Set([...on(facts), ...ticked]) },
      NOW,
    );

  it('has nothing ticked there, whatever was agreed to before, and everything elsewhere', () => {
    expect(mailCells(facts)).toEqual([]);
    expect(on(facts)).toEqual(on(factsWith({ ads: 'withdrawn', tips: 'withdrawn', survey: 'objected' }, agreed)));
  });

  it('gets what they tick, and nothing comes back beside it', () => {
    const plan = save([`${MAIL}.news`]);
    expect(plan.turnedOn.map(cellKey)).toEqual([`${MAIL}.news`, `${MAIL}.ads`]);
    const after = carriedOut({ ...facts, points: POINTS }, plan); // the objection is taken back with it
    expect(mailCells(after).sort()).toEqual([`${MAIL}.ads`, `${MAIL}.news`]);
    expect(on(after).filter((key) => key.startsWith(PHONE))).toEqual(on(facts));
  });

  it('who saves something else says yes to nothing', () => {
    expect(save([])).toMatchObject({ consents: [], turnedOn: [], turnedOff: [] });
  });
});

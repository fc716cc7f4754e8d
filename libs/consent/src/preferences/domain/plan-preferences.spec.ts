import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runs } from '../../../../../test/support/runs.js';
import { canBeLeft } from '../../consents/domain/leaving.js';
import { type Cell, cellKey, cellsOf, wholeOf } from './cells.js';
import type { Wishes } from '../../contacts/domain/wishes.js';
import { frequencyOf, maySayYes, planPreferences, type PreferenceRequest } from './plan-preferences.js';
import type { PreferenceFacts } from './preference-facts.js';

import {
  NOW,
  MAIL,
  PHONE,
  POINTS,
  PURPOSES,
  factsWith,
  on,
  carriedOut,
  worlds,
  cells,
  requests,
  type States,
} from '../testing/some-facts.js';

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

  it('says a yes where a law asks for one, brings nothing along for what is on, and takes a no', () => {
    const said = (asksYes: string[], request: PreferenceRequest) => {
      const facts = { ...factsWith({}), asksYes: new Set(asksYes.map((id) => `${MAIL}.${id}`)) };
      const { consents, turnedOff } = planPreferences(facts, holder, request, NOW);
      const about = consents.filter(({ pointId, purposeId }) => pointId === MAIL && purposeId === 'tips');
      return [
        ...about.map(({ topicIds, kind, broughtBy }) => [topicIds[0] ?? 'tips', kind, broughtBy]),
        turnedOff.filter(({ pointId, purposeId }) => pointId === MAIL && purposeId === 'tips').map(cellKey),
      ];
    };
    const saved = (...ids: string[]): PreferenceRequest => ({
      act: 'save',
      ticked: new Set([...ids.map((id) => `${MAIL}.${id}`), `${MAIL}.survey`]),
    });
    const unticked = (kept: string[], ...ids: string[]) =>
      ({ ...saved(...kept), unticked: new Set(ids.map((id) => `${MAIL}.${id}`)) }) as PreferenceRequest;
    const leave: PreferenceRequest = { act: 'leave', scopeId: 'tips', pointId: MAIL };
    const both = ['tips', 'hints'];
    expect(said(both, saved())).toEqual([[]]);
    // Without a no the empty box beside it would be ticked by that yes: it is told as switched off.
    expect(said(both, saved('tips'))).toEqual([
      ...[
        ['hints', 'withdrawn', undefined],
        ['tips', 'granted', undefined],
      ],
      [`${MAIL}.hints`],
    ]);
    expect(said(both, saved('hints'))).toEqual([['tips', 'granted', ['hints']], ['hints', 'granted', undefined], []]);
    // A box that the law has emptied since the page was made, and that its reader unticked.
    expect(said(both, unticked([], 'hints'))).toEqual([['hints', 'withdrawn', undefined], [`${MAIL}.hints`]]);
    expect(said(both, unticked(['hints'], 'tips'))).toEqual([['tips', 'withdrawn', undefined], [`${MAIL}.tips`]]);
    // The topic has a yes of its own.
    expect(said(['tips'], saved('hints'))).toEqual([[]]);
    expect(said(both, leave)).toEqual([
      ['tips', 'withdrawn', undefined],
      [`${MAIL}.hints`, `${MAIL}.tips`],
    ]);
  });

  it('has a yes signed where a law asks for it in writing, by a tick that says it and by no other', () => {
    const facts = (mail: States, asksYes: string[]): PreferenceFacts => ({
      ...factsWith(mail),
      asksYes: new Set(asksYes.map((id) => `${MAIL}.${id}`)),
      asksWritten: new Set(['ads', 'news', 'tips', 'hints'].map((id) => `${MAIL}.${id}`)),
    });
    const said = (of: PreferenceFacts, ticked: string[]) =>
      planPreferences(
        of,
        holder,
        { act: 'save', ticked: new Set(['survey', ...ticked].map((id) => `${MAIL}.${id}`)) },
        NOW,
      )
        .consents.filter(({ pointId }) => pointId === MAIL)
        .map(({ purposeId, topicIds, kind, written }) => [topicIds[0] ?? purposeId, kind, written]);
    const tips = ['tips', 'hints'];
    expect(said(facts({}, tips), ['news', 'events'])).toEqual([
      ['ads', 'granted', true],
      ['news', 'granted', true],
      ['events', 'granted', undefined],
    ]);
    // One that was given before without that is given anew; what was not ticked with it stays away.
    const before = facts({ ads: 'granted', news: 'granted', events: 'granted' }, ['ads', 'news', 'events', ...tips]);
    expect(said(before, [])).toEqual([]);
    expect(said(before, ['news'])).toEqual([
      ['events', 'withdrawn', undefined],
      ['ads', 'granted', true],
      ['news', 'granted', true],
    ]);
    // What is on already is not said once more, and where it is, its box had no words to sign.
    expect(said(facts({}, []), [...tips])).toEqual([]);
    const along = { ...facts({ ads: 'granted', news: 'granted' }, []), cameAlong: new Set(['e']) };
    expect(said(along, ['ads', ...tips])).toEqual([
      ['news', 'withdrawn', undefined],
      ['ads', 'granted', undefined],
    ]);
  });

  it('says yes to what only came along where its box is left ticked without the last of its topics', () => {
    const facts = { ...factsWith({ ads: 'granted', news: 'granted' }), cameAlong: new Set(['e']) };
    const said = (of: typeof facts, ticked: string[], who: Parameters<typeof planPreferences>[1] = holder) =>
      planPreferences(
        of,
        who,
        { act: 'save', ticked: new Set(['tips', 'hints', 'survey', ...ticked].map((id) => `${MAIL}.${id}`)) },
        NOW,
      )
        .consents.filter(({ pointId }) => pointId === MAIL)
        .map(({ purposeId, topicIds, kind, broughtBy }) => [topicIds[0] ?? purposeId, kind, broughtBy]);
    expect(said(facts, ['ads'])).toEqual([
      ['news', 'withdrawn', undefined],
      ['ads', 'granted', undefined],
    ]);
    expect(said({ ...facts, cameAlong: new Set() }, ['ads'])).toEqual([['news', 'withdrawn', undefined]]);
    expect(said(facts, ['ads'], { access: 'reduce', pointId: MAIL })).toEqual([['news', 'withdrawn', undefined]]);
    expect(said(facts, ['ads', 'news'])).toEqual([]);
    // Another topic needs it still; and where none was unticked nothing was said.
    const more = { ...factsWith({ ads: 'granted', news: 'granted', events: 'granted' }), cameAlong: facts.cameAlong };
    expect(said(more, ['ads', 'events'])).toEqual([['news', 'withdrawn', undefined]]);
    expect(said({ ...factsWith({ ads: 'granted' }), cameAlong: facts.cameAlong }, ['ads'])).toEqual([]);
    expect(said(facts, []).map(([scope, kind]) => [scope, kind])).not.toContainEqual(['ads', 'granted']);
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
});

describe('saving', () => {
  const manage = { access: 'manage', pointId: MAIL } as const;
  const agreed = { ads: 'granted', news: 'granted' } as const;
  const kept = ['tips', 'hints', 'survey'].flatMap((id) => [`${MAIL}.${id}`, `${PHONE}.${id}`]);
  const save = (of: PreferenceFacts, who: Parameters<typeof planPreferences>[1], ticked: string[], more: object = {}) =>
    planPreferences(of, who, { act: 'save', ticked: new Set([...kept, ...ticked]), ...more }, NOW);

  it('a purpose that is unticked tells its topics as switched off too, though their boxes are ticked', () => {
    const { turnedOff, consents } = save(factsWith(agreed), manage, [`${MAIL}.news`]);
    expect(turnedOff.map(cellKey)).toEqual([`${MAIL}.news`, `${MAIL}.ads`]);
    expect(consents.every(({ kind }) => kind === 'withdrawn')).toBe(true);
  });

  it('says no by every box that was unticked, once, also where it is off by then, which changes nothing', () => {
    const holders = fc.constantFrom('manage' as const, 'reduce' as const);
    let emptied = 0;
    fc.assert(
      fc.property(worlds, cells, cells, holders, (facts, ticked, unticked, access) => {
        const request = { act: 'save', ticked: new Set(ticked), unticked: new Set(unticked), onlyLess: true } as const;
        const { consents, again } = planPreferences(facts, { access, pointId: MAIL }, request, NOW);
        const scopes = (of: typeof consents) =>
          of.map(({ pointId, purposeId, topicIds }) => `${pointId}.${topicIds[0] ?? purposeId}`);
        const all = cellsOf(facts, NOW).filter(({ pointId }) => access === 'manage' || pointId === MAIL);
        const noes = all.map(cellKey).filter((key) => unticked.includes(key) && !ticked.includes(key));
        const said = scopes([...consents, ...again]);
        expect(said.toSorted()).toEqual([...new Set(said)].toSorted());
        expect(noes.filter((key) => !said.includes(key))).toEqual([]);
        expect(scopes(again).filter((key) => on(facts).includes(key) || !noes.includes(key))).toEqual([]);
        emptied += again.length;
      }),
      { numRuns: runs(1_000) },
    );
    expect(emptied).toBeGreaterThan(20);
  });

  it('by a link that may only reduce says no at its own contact point alone, which is all it shows', () => {
    const of = (access: 'manage' | 'reduce') =>
      new Set(save(factsWith(agreed, agreed), { access, pointId: MAIL }, []).consents.map(({ pointId }) => pointId));
    expect([of('reduce'), of('manage')]).toEqual([new Set([MAIL]), new Set([MAIL, PHONE])]);
  });

  it('sets how often over everything beside what is set for one channel or topic, and ends only that', () => {
    const sms = { limit: 1, window: 'P1D', channel: 'sms' as const, topic: null };
    const weekly = { limit: 1, window: 'P7D', channel: null, topic: null };
    const often = (frequency: readonly object[], asked: string) =>
      save(factsWith({}, {}, { wishes: { frequency } as Wishes }), manage, [], { frequency: asked }).fields;
    expect(often([sms], 'weekly')).toEqual({ 'wishes.frequency': [sms, weekly] });
    expect(often([sms, weekly], 'any')).toEqual({ 'wishes.frequency': [sms] });
    expect(often([weekly], 'any')).toEqual({ 'wishes.frequency': null });
  });
});

describe('leaving', () => {
  it('what is left already is recorded once more and changes nothing', () => {
    const facts = factsWith({ ads: 'granted', news: 'withdrawn' });
    const leave = { act: 'leave', scopeId: 'news', pointId: MAIL } as const;
    const { again, ...rest } = planPreferences(facts, { access: 'reduce', pointId: MAIL }, leave, NOW);
    expect(again.map(({ pointId, topicIds, kind }) => [pointId, topicIds, kind])).toEqual([
      [MAIL, ['news'], 'withdrawn'],
    ]);
    expect(rest).toEqual({ consents: [], fields: {}, turnedOn: [], turnedOff: [] });
  });

  it('an interest that the company claims is an objection, and a contract cannot be left', () => {
    const facts = factsWith({});
    const { consents } = planPreferences(facts, { access: 'reduce', pointId: MAIL }, { act: 'stop_all' }, NOW);
    const kinds = consents
      .filter(({ pointId }) => pointId === MAIL)
      .map(({ purposeId, kind }) => `${purposeId} ${kind}`);
    expect(kinds).toEqual(['ads withdrawn', 'tips withdrawn', 'survey objected']);
    expect(PURPOSES.filter(canBeLeft).map(({ id }) => id)).toEqual(['ads', 'tips', 'survey']);
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
    const noes = plan.consents.filter(({ kind }) => kind !== 'granted');
    expect(noes.map(({ purposeId, topicIds }) => topicIds[0] ?? purposeId)).toEqual([
      'events',
      'hints',
      'tips',
      'survey',
    ]);
    const after = carriedOut({ ...facts, points: POINTS }, plan); // the objection is taken back with it
    expect(mailCells(after).sort()).toEqual([`${MAIL}.ads`, `${MAIL}.news`]);
    expect(on(after).filter((key) => key.startsWith(PHONE))).toEqual(on(facts));
  });

  it('who saves something else says yes to nothing', () => {
    expect(save([])).toMatchObject({ consents: [], turnedOn: [], turnedOff: [] });
  });
});

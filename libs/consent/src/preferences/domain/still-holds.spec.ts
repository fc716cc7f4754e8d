import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { carriedOut, factsWith, MAIL, MANAGE, noesIn, NOW, pastIn, PHONE } from '../testing/some-facts.js';
import { requests, type States, undone, worlds, yesesIn } from '../testing/some-facts.js';
import { cellKey, cellsOf } from './cells.js';
import { planPreferences, type PreferencePlan } from './plan-preferences.js';
import { planUndo } from './plan-undo.js';
import type { PreferenceFacts } from './preference-facts.js';
import { stillHolds } from './still-holds.js';

const changeOf = (act: string, { turnedOn, turnedOff, fields }: PreferencePlan) => ({
  ...{ act, undone: false, fieldsAfter: fields },
  ...{ turnedOn: turnedOn.map(cellKey), turnedOff: turnedOff.map(cellKey) },
});
const holdsIn = (facts: PreferenceFacts, change: Parameters<typeof stillHolds>[0]): boolean =>
  stillHolds(change, cellsOf(facts, NOW), facts.fields);

const NONE = { language: null, pausedUntil: null, wishes: {} };

describe('what a change did', () => {
  it('holds right after it, whatever was asked for, and right after it was taken back', () => {
    fc.assert(
      fc.property(worlds, requests, (before, request) => {
        const plan = planPreferences(before, MANAGE, request, NOW);
        const change = changeOf(request.act, plan);
        const after = carriedOut(before, plan);
        expect(holdsIn(after, change)).toBe(true);
        expect(holdsIn(after, { ...change, undone: true })).toBe(false);
        const words = { noes: noesIn(before, plan), yeses: yesesIn(plan), fieldsBefore: {} };
        const undo = planUndo(after, MANAGE, { ...change, ...words }, pastIn(before), NOW);
        expect(holdsIn(undone(before, after, undo), changeOf('undo', undo))).toBe(true);
      }),
    );
  });

  const mail = { ads: 'granted', news: 'granted' } as const;
  const off = { ads: 'withdrawn', news: 'withdrawn' } as const;
  const nothing = { undone: false, turnedOn: [], turnedOff: [], fieldsAfter: {} };
  const stopped = carriedOut(factsWith({}), planPreferences(factsWith({}), MANAGE, { act: 'stop_all' }, NOW));
  const withYes = { ...stopped, states: new Map([...stopped.states, [PHONE, stateOf(mail)]]) };
  it.each([
    ['what was left is off', { act: 'leave', turnedOff: [`${MAIL}.news`] }, factsWith(off), true],
    ['and was agreed to again', { act: 'leave', turnedOff: [`${MAIL}.news`] }, factsWith(mail), false],
    ['at an address that is no more', { act: 'leave', turnedOff: ['gone.news'] }, factsWith(mail), true],
    ['what was chosen is on', { act: 'save', turnedOn: [`${MAIL}.news`] }, factsWith(mail), true],
    ['and was left again', { act: 'save', turnedOn: [`${MAIL}.news`] }, factsWith(off), false],
    ['at an address that is gone', { act: 'save', turnedOn: ['gone.news'] }, factsWith(mail), false],
    [
      'a part of it was left again',
      { act: 'save', turnedOn: [`${MAIL}.news`, `${PHONE}.news`] },
      factsWith(mail),
      false,
    ],
    ['nothing comes on any channel', { act: 'stop_all' }, stopped, true],
    ['what was off before the stop was agreed to since', { act: 'stop_all' }, withYes, false],
    ['a break is the one that was chosen', { act: 'save', fieldsAfter: { pausedUntil: NOW } }, paused(NOW), true],
    ['it is another', { act: 'save', fieldsAfter: { pausedUntil: NOW } }, paused(NOW + 1), false],
    ['it was ended', { act: 'save', fieldsAfter: { pausedUntil: NOW } }, paused(null), false],
    ['a break was ended and is', { act: 'resume', fieldsAfter: { pausedUntil: null } }, paused(null), true],
    ['a break was begun since', { act: 'resume', fieldsAfter: { pausedUntil: null } }, paused(NOW), false],
  ])('%s', (_name, change, facts, holds) => {
    expect(holdsIn(facts, { ...nothing, ...change })).toBe(holds);
  });

  it('is told of what a law keeps off by who said what: agreed to, given back, and left no more', () => {
    const news = cellsOf({ ...factsWith(mail), asksYes: new Set([`${MAIL}.news`]) }, NOW);
    const holds = (change: object): boolean => stillHolds({ ...nothing, act: 'save', ...change }, news, NONE);
    expect(holds({ turnedOn: [`${MAIL}.news`] })).toBe(true);
    expect(holds({ turnedOff: [`${MAIL}.news`] })).toBe(false);
    expect(holds({ turnedOff: [`${MAIL}.news`], act: 'undo' })).toBe(true);
  });
});

function stateOf(phone: States) {
  return factsWith({}, phone).states.get(PHONE) ?? new Map<string, never>();
}

function paused(pausedUntil: number | null): PreferenceFacts {
  return factsWith({}, {}, { pausedUntil });
}

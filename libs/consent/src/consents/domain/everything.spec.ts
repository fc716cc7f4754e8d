import { describe, expect, it } from '@jest/globals';
import type { ConsentState, ConsentStatus } from './consent-fold.js';
import { forAdvertising, underEverything } from './everything.js';

const state = (status: ConsentStatus, since: number, imported = false): ConsentState => ({
  ...{ status, since, validUntil: null, eventId: `${status}${since}`, imported },
});
const LEFT = state('withdrawn', 5);
const PURPOSES = [
  { id: 'ads', enforcement: 'restrictive', legalBasis: 'consent' },
  { id: 'tips', enforcement: 'permissive', legalBasis: 'legitimate_interests' },
  { id: 'survey', enforcement: 'disabled', legalBasis: 'legitimate_interests' },
  { id: 'orders', enforcement: 'disabled', legalBasis: 'contract' },
] as const;
const purposeOf = (id: string): string => (id === 'news' ? 'tips' : id);
const under = (everything: ConsentState | null, ...known: [string, ConsentState][]): string[] =>
  [...underEverything(new Map(known), everything, PURPOSES, purposeOf)].map(
    ([id, { status, since }]) => `${id} ${status} ${since}`,
  );

describe('whoever left everything', () => {
  it('has left each purpose that can be left, whatever nobody asked about then', () => {
    expect(under(LEFT)).toEqual(['ads withdrawn 5', 'tips withdrawn 5', 'survey objected 5']);
  });

  it.each<[string, [string, ConsentState], string]>([
    ['a later yes to a purpose counts', ['ads', state('granted', 6)], 'ads granted 6'],
    ['one from before does not', ['ads', state('confirmed', 4)], 'ads withdrawn 5'],
    ['nor one of the same moment', ['ads', state('granted', 5)], 'ads withdrawn 5'],
    ['nor one that a list claims, however late', ['ads', state('granted', 9, true)], 'ads withdrawn 5'],
    ['a request that came since waits for its yes', ['ads', state('requested', 6)], 'ads withdrawn 5'],
    ['what was only declined is left', ['tips', state('refused', 6)], 'tips withdrawn 5'],
    ['an objection stays one', ['tips', state('objected', 3)], 'tips objected 3'],
    ['what a contract needs stays as it is', ['orders', state('granted', 1)], 'orders granted 1'],
    ['a topic that was agreed to before is left with its purpose', ['news', state('granted', 4)], 'news withdrawn 5'],
    ['a topic that was agreed to since is not', ['news', state('granted', 6)], 'news granted 6'],
  ])('%s', (_sentence, known, expected) => {
    expect(under(LEFT, known)).toContain(expected);
  });

  it('and took that back has left nothing by it', () => {
    expect(under(state('granted', 7), ['ads', state('granted', 4)])).toEqual(['ads granted 4']);
    expect(under(null, ['ads', state('granted', 4)])).toEqual(['ads granted 4']);
  });

  it('gets no advertising under a purpose that cannot be left', () => {
    expect(forAdvertising(null, LEFT)).toMatchObject({ status: 'objected', since: 5, eventId: 'withdrawn5' });
    expect(forAdvertising(state('granted', 6), LEFT)).toMatchObject({ status: 'granted' });
    expect(forAdvertising(null, state('granted', 7))).toBeNull();
    expect(forAdvertising(null, null)).toBeNull();
  });
});

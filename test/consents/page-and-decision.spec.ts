import { describe, expect, it } from '@jest/globals';
import { cellsOf } from '../../libs/consent/src/preferences/domain/cells.js';
import type { PreferenceFacts } from '../../libs/consent/src/preferences/domain/preference-facts.js';
import { consentObstacle } from '../../libs/decision/src/consent.js';
import type { ConsentState, ConsentStatus } from '../../libs/decision/src/facts.js';
import type { BrandId, ContactId, ContactPointId, EnforcementModel } from '../../libs/kernel/src/index.js';

const NOW = Date.UTC(2026, 10, 26);
const POINT = 'mail' as ContactPointId;
const STATUSES: readonly (ConsentStatus | null)[] = [
  ...([null, 'requested', 'granted', 'confirmed', 'refused', 'withdrawn', 'revoked', 'expired'] as const),
  ...(['invalidated', 'objected'] as const),
];
const ENDS = [null, NOW - 1, NOW, NOW + 1];

const stateOf = (status: ConsentStatus | null, validUntil: number | null): ConsentState | null =>
  status === null ? null : { status, since: NOW - 1000, validUntil, eventId: 'e' };

describe.each<[EnforcementModel, string]>([
  ['restrictive', 'consent'],
  ['permissive', 'legitimate_interests'],
  ['disabled', 'legitimate_interests'],
])('what the page ticks of a purpose that is %s', (enforcement, legalBasis) => {
  it('is what the decision lets pass, for every state of purpose and topic', () => {
    let ticked = 0;
    for (const purposeStatus of STATUSES)
      for (const topicStatus of STATUSES)
        for (const until of ENDS) {
          const states = { p: stateOf(purposeStatus, until), t: stateOf(topicStatus, null) };
          const [cell] = cellsOf(factsWith(enforcement, legalBasis, states), NOW).filter(
            ({ topicId }) => topicId === 't',
          );
          const passes = [states.p, states.t].every((state) => consentObstacle(enforcement, state, NOW) === null);
          expect([purposeStatus, topicStatus, until, cell?.on]).toEqual([purposeStatus, topicStatus, until, passes]);
          ticked += passes ? 1 : 0;
        }
    expect(ticked).toBeGreaterThan(5);
    expect(ticked).toBeLessThan(STATUSES.length ** 2 * ENDS.length);
  });
});

function factsWith(
  enforcement: EnforcementModel,
  legalBasis: string,
  states: Readonly<Record<string, ConsentState | null>>,
): PreferenceFacts {
  const known = Object.entries(states).flatMap(([id, state]) =>
    state === null ? [] : [[id, { ...state, imported: false }] as const],
  );
  const said = new Map([[POINT, new Map(known)]]);
  return {
    brandId: 'b' as BrandId,
    contactId: 'c' as ContactId,
    erased: false,
    sealedUntil: null,
    zone: null,
    fields: { language: 'de', pausedUntil: null, wishes: {} },
    points: [{ id: POINT, channel: 'email', address: 'ada@example.org', inUse: true, suppressed: [] }],
    purposes: [
      {
        id: 'p',
        key: 'p',
        labels: {},
        enforcement,
        legalBasis,
        topics: [{ id: 't', key: 't', labels: {}, descriptions: {} }],
      },
    ],
    states: said,
    own: said,
    cameAlong: new Set(),
    asksYes: new Set(),
    asksWritten: new Set(),
  };
}

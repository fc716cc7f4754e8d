import { describe, expect, it } from '@jest/globals';
import { CannotDecide } from './cannot-decide.js';
import { decide } from './decide.js';
import type { Facts } from './facts.js';
import type { Pack } from './packs/pack.js';
import type { Policy } from './policy.js';
import { RULES } from './rules-version.js';
import { capUse, consent, ms, someCap, someFacts, somePolicy, someQuietHours } from './testing/some-facts.js';
import { testReference } from './testing/test-reference.js';

const NOON = ms('2025-06-02T12:00:00+02:00');
const EVENING = ms('2025-06-02T22:00:00+02:00');
const MORNING = ms('2025-06-03T08:00:00+02:00');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NIGHT = somePolicy({ quietHours: [someQuietHours()] });

const verdict = (facts: Facts, policy: Policy, now: number) => {
  const { outcome, reason, until, notBefore } = decide(facts, policy, now, testReference);
  return { outcome, reason, until, notBefore };
};
const passes = (now: number) => ({ outcome: 'pass', reason: null, until: null, notBefore: now });
const held = (reason: string, until: number) => ({ outcome: 'defer', reason, until, notBefore: until });
const dropped = (reason: string, notBefore: number | null = null) => ({
  outcome: 'drop',
  reason,
  until: null,
  notBefore,
});

describe('one verdict from many checks', () => {
  it('a message that nothing stands in the way of may leave now', () => {
    expect(verdict(someFacts(), NIGHT, NOON)).toEqual(passes(NOON));
  });

  it('the first failing check in the list gives the reason, the others stand beside it', () => {
    const facts = someFacts({ contact: { erased: true }, contactPoint: null, consent: { purpose: null } });
    const decision = decide(facts, NIGHT, EVENING, testReference);

    expect(decision.reason).toBe('erased');
    expect(decision.primary).toBe(decision.checks.find((check) => !check.passes));
    expect(decision.checks.filter((check) => !check.passes).map((check) => check.reason)).toEqual([
      'erased',
      'no_contact_point',
      'no_consent',
      'quiet_hours',
    ]);
  });

  it('what ends a message wins over what holds it', () => {
    const facts = someFacts({ consent: { topic: consent('withdrawn') }, contact: { pausedUntil: EVENING + DAY } });

    expect(verdict(facts, NIGHT, EVENING)).toEqual(dropped('consent_withdrawn'));
  });

  it('the longest hold says until when, the first in the list says why', () => {
    const facts = someFacts({ contact: { pausedUntil: EVENING + HOUR } });

    expect(verdict(facts, NIGHT, EVENING)).toEqual(held('paused', MORNING));
  });
});

describe('what is stored of a decision', () => {
  const SHAPES = {
    pass: ['outcome', 'reason', 'until', 'notBefore', 'primary', 'at', 'policy', 'rules', 'local', 'checks'],
    drop: [
      'outcome',
      'reason',
      'until',
      'notBefore',
      'primary',
      'strikesAt',
      'at',
      'policy',
      'rules',
      'local',
      'checks',
    ],
  };
  const ofNight: Pack = { id: 'de', version: '2025-01-01', title: 'Night', countries: ['DE'], region: null, rules: [] };
  const [lawful, reference] = [{ ...NIGHT, jurisdiction: { packs: 'contact' as const } }, { ...testReference, packs: [ofNight] }]; // prettier-ignore
  it.each([
    ['pass', someFacts(), NOON],
    ['defer', someFacts(), EVENING],
    ['drop', someFacts({ contact: { erased: true } }), NOON],
  ] as const)('has the same members in the same order each time: %s', (outcome, facts, now) => {
    const members = [...(outcome === 'drop' ? SHAPES.drop : SHAPES.pass)];
    const decision = decide(facts, NIGHT, now, testReference);
    expect([decision.outcome, Object.keys(decision)]).toEqual([outcome, members]);

    members.splice(members.indexOf('local'), 0, 'packs');
    const underLaw = decide(facts, lawful, now, reference);
    expect([underLaw.outcome, Object.keys(underLaw)]).toEqual([outcome, members]);
    expect(underLaw.packs).toEqual([{ id: 'de', version: '2025-01-01' }]);
  });

  it('is nothing where it is not known when it is', () => {
    expect(() => decide(someFacts(), NIGHT, NOON + 0.5, testReference)).toThrow(
      'unsettled: now is not a whole number of milliseconds',
    );
  });

  it.each([{ contact: { pausedUntil: Number.NaN } }, { message: { sendAt: Number.NaN } }])(
    'is nothing where a fact is no number, as in %j',
    (change) => {
      expect(() => decide(someFacts(change), NIGHT, NOON, testReference)).toThrow(
        'unsettled: a fact is not a number, or a check ends before it begins',
      );
    },
  );
});

describe('solved over time', () => {
  it('a hold that ends inside quiet hours goes on to their end', () => {
    expect(verdict(someFacts({ message: { sendAt: EVENING } }), NIGHT, NOON)).toEqual(held('send_time', MORNING));
  });

  it('a cap that frees a slot at night waits for the morning', () => {
    const policy = somePolicy({ caps: [someCap({ limit: 1, window: 'P1D' })], quietHours: [someQuietHours()] });
    const facts = someFacts({ capUses: [capUse(EVENING - DAY)] });

    expect(verdict(facts, policy, NOON)).toEqual(held('frequency_cap', MORNING));
  });

  it('a hold that ends exactly when the message expires ends it at once', () => {
    expect(verdict(someFacts({ message: { expiresAt: MORNING } }), NIGHT, EVENING)).toEqual(dropped('expired'));
    expect(verdict(someFacts({ message: { expiresAt: MORNING + 1 } }), NIGHT, EVENING)).toEqual(
      held('quiet_hours', MORNING),
    );
  });

  it('a hold that outlasts the consent ends the message at once', () => {
    const until = (validUntil: number) => someFacts({ consent: { topic: consent('granted', { validUntil }) } });

    expect(verdict(until(MORNING), NIGHT, EVENING)).toEqual(dropped('consent_expired'));
    expect(verdict(until(MORNING + 1), NIGHT, EVENING)).toEqual(held('quiet_hours', MORNING));
  });

  it('a message that ends because of its hold says when that would have been, and shows the hold', () => {
    const decision = decide(someFacts({ message: { expiresAt: EVENING + HOUR } }), NIGHT, EVENING, testReference);

    expect(decision).toMatchObject({ outcome: 'drop', reason: 'expired', at: EVENING, strikesAt: MORNING });
    expect(decision.primary).toMatchObject({ check: 'expiry', passes: false });
    expect(decision.checks.filter((check) => !check.passes).map((check) => check.reason)).toEqual(['quiet_hours']);
  });
});

describe('a break until a date', () => {
  // The page takes a date and stores the midnight that begins it where the contact is.
  it.each([
    ['ends at local midnight on the far side of the spring night', '2025-03-31T00:00:00+02:00'],
    ['and of the autumn night', '2025-10-27T00:00:00+01:00'],
  ])('%s, and then the message leaves by itself, after the night', (_name, midnight) => {
    const pausedUntil = ms(midnight);
    const facts = someFacts({ contact: { pausedUntil } });
    const before = pausedUntil - 40 * HOUR;
    expect(verdict(facts, somePolicy(), before)).toEqual(held('paused', pausedUntil));
    expect(verdict(facts, somePolicy(), pausedUntil - 1)).toEqual(held('paused', pausedUntil));
    expect(verdict(facts, somePolicy(), pausedUntil)).toEqual(passes(pausedUntil));
    expect(verdict(facts, NIGHT, before)).toEqual(held('paused', pausedUntil + 8 * HOUR));
  });
});

describe('rules that drop', () => {
  const cap = someCap({ limit: 1, window: 'P1D', action: 'drop' });
  const quietThatDrops = somePolicy({ quietHours: [someQuietHours({ action: 'drop' })] });

  it('a full cap ends the message, and says when it could have left', () => {
    const facts = someFacts({ capUses: [capUse(NOON - HOUR)] });

    expect(verdict(facts, somePolicy({ caps: [cap] }), NOON)).toEqual(dropped('frequency_cap', NOON - HOUR + DAY));
  });

  it('quiet hours that drop end it, and say when it could have left', () => {
    expect(verdict(someFacts(), quietThatDrops, EVENING)).toEqual(dropped('quiet_hours', MORNING));
  });

  it('the instant it could have left at honours every other rule', () => {
    const policy = somePolicy({ caps: [cap], quietHours: [someQuietHours()] });
    const facts = someFacts({ capUses: [capUse(EVENING - DAY)] });

    expect(verdict(facts, policy, NOON)).toEqual(dropped('frequency_cap', MORNING));
  });

  it('there is no such instant when the message expires first', () => {
    const facts = someFacts({ capUses: [capUse(NOON - HOUR)], message: { expiresAt: NOON + HOUR } });

    expect(verdict(facts, somePolicy({ caps: [cap] }), NOON)).toEqual(dropped('frequency_cap'));
  });

  it('there is none under a limit of none', () => {
    expect(verdict(someFacts(), somePolicy({ caps: [{ ...cap, limit: 0 }] }), NOON)).toEqual(dropped('frequency_cap'));
  });

  it('a cap that is full now but free when the hold ends lets the message wait', () => {
    const facts = someFacts({ capUses: [capUse(NOON - DAY + HOUR)], message: { sendAt: NOON + 2 * HOUR } });

    expect(verdict(facts, somePolicy({ caps: [cap] }), NOON)).toEqual(held('send_time', NOON + 2 * HOUR));
  });

  it('a cap that is still full when the hold ends drops at once, in the words of the cap', () => {
    const facts = someFacts({ capUses: [capUse(NOON - HOUR)], message: { sendAt: NOON + 2 * HOUR } });
    const decision = decide(facts, somePolicy({ caps: [cap] }), NOON, testReference);

    expect(decision).toMatchObject({ outcome: 'drop', reason: 'frequency_cap', strikesAt: NOON + 2 * HOUR });
    expect(decision.notBefore).toBe(NOON - HOUR + DAY);
  });

  it('quiet hours that drop do so when a send time lies in them, although it is noon', () => {
    expect(verdict(someFacts({ message: { sendAt: EVENING } }), quietThatDrops, NOON)).toEqual(
      dropped('quiet_hours', MORNING),
    );
  });

  it('the first that drops gives the reason, also when a later one would too', () => {
    const policy = somePolicy({ caps: [cap], quietHours: [someQuietHours({ action: 'drop' })] });
    const facts = someFacts({ capUses: [capUse(EVENING - HOUR)] });

    expect(verdict(facts, policy, EVENING)).toEqual(dropped('frequency_cap', ms('2025-06-04T08:00:00+02:00')));
  });
});

describe('when there can be no decision, nothing leaves', () => {
  const error = (run: () => unknown) => {
    try {
      run();
    } catch (thrown) {
      return thrown instanceof CannotDecide ? thrown.code : thrown;
    }
    return 'decided';
  };

  it('a brand without a usable zone has no clock', () => {
    const facts = someFacts({ contact: { zone: null }, brand: { zone: 'Mars/Olympus' } });

    expect(() => decide(facts, somePolicy(), NOON, testReference)).toThrow(
      'unknown_brand_zone: "Mars/Olympus" is not a zone of the IANA database runtime',
    );
  });

  it('which does not matter to a contact who has one', () => {
    expect(verdict(someFacts({ brand: { zone: 'Mars/Olympus' } }), NIGHT, NOON)).toEqual(passes(NOON));
  });

  it.each([
    ['a window of a month', somePolicy({ caps: [someCap({ window: 'P1M' })] }), 'unusable_policy'],
    [
      'a quiet window of nothing',
      somePolicy({ quietHours: [someQuietHours({ windows: [{ days: [1], start: '08:00', end: '08:00' }] })] }),
      'unusable_policy',
    ],
  ])('%s is no rule', (_name, policy, code) => {
    expect(error(() => decide(someFacts(), policy, NOON, testReference))).toBe(code);
  });

  it.each([NaN, Infinity, NOON + 0.5])('%d is no instant', (now) => {
    expect(error(() => decide(someFacts(), somePolicy(), now, testReference))).toBe('unsettled');
  });

  it('a fact that is no number is an error and not a verdict', () => {
    const rates = [
      { rule: 'pace', scope: 'channel' as const, key: 'email', emissionIntervalUs: NaN, burst: 1, tat: NaN },
    ];

    expect(error(() => decide(someFacts({ rates }), somePolicy(), NOON, testReference))).toBe('unsettled');
  });

  describe('two rules that leave no minute of the week', () => {
    const days = [1, 2, 3, 4, 5, 6, 7] as const;
    const policy = somePolicy({
      quietHours: Array.from({ length: 24 }, (_, hour) =>
        someQuietHours({ id: `hour ${hour}`, windows: [{ days, start: clock(hour), end: clock(hour + 1) }] }),
      ),
    });

    it('end the message when it expires', () => {
      expect(verdict(someFacts({ message: { expiresAt: NOON + 3 * DAY } }), policy, NOON)).toEqual(dropped('expired'));
    });

    it('end it however far away that is', () => {
      const facts = someFacts({ contact: { zone: 'UTC' }, message: { expiresAt: ms('2100-01-01T00:00:00Z') } });

      expect(verdict(facts, policy, NOON)).toEqual(dropped('expired'));
    });

    function clock(hour: number): string {
      return `${String(hour).padStart(2, '0')}:00`;
    }
  });
});

describe('the decision as a record', () => {
  it('is plain JSON with its keys in a constant order', () => {
    const policy = somePolicy({ caps: [someCap({ limit: 1 })], quietHours: [someQuietHours()] });
    const facts = someFacts({ contact: { zone: 'America/Los_Angeles' } });
    const decision = decide(facts, policy, NOON, testReference);

    expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
    expect(JSON.stringify(decision)).toBe(
      '{"outcome":"defer","reason":"quiet_hours","until":1748876400000,"notBefore":1748876400000,"primary":' +
        '{"check":"quiet_hours","passes":false,"kind":"defer","reason":"quiet_hours","until":1748876400000,"detail":' +
        '{"rule":"night","window":"21:00-08:00","zone":"America/Los_Angeles","zoneFrom":"profile",' +
        `"contactZone":"America/Los_Angeles"}},"at":1748858400000,"policy":{"key":"marketing","version":7},"rules":${RULES},"local":` +
        '{"zone":"America/Los_Angeles","zoneFrom":"profile","tzdb":"runtime","notBefore":' +
        '"2025-06-02T08:00:00.000-07:00"},"checks":[{"check":"erased","passes":true,"detail":{}},' +
        '{"check":"contact_point","passes":true,"detail":{}},{"check":"suppression","passes":true,"detail":{}},' +
        '{"check":"expiry","passes":true,"detail":{"expiresAt":1893456000000}},' +
        '{"check":"campaign","passes":true,"detail":{}},{"check":"consent","passes":true,"detail":' +
        '{"scope":"purpose","key":"commercial","enforcement":"restrictive","status":"confirmed","validUntil":null,' +
        '"event":"event-1"}},{"check":"consent","passes":true,"detail":{"scope":"topic","key":"newsletter",' +
        '"enforcement":"restrictive","status":"confirmed","validUntil":null,"event":"event-1"}},' +
        '{"check":"pause","passes":true,"detail":{"pausedUntil":null}},' +
        '{"check":"send_time","passes":true,"detail":{"sendAt":null}},{"check":"frequency_cap","passes":true,' +
        '"detail":{"rule":"weekly","scope":"any","usage":0,"limit":1,"window":"P7D","nextFreeAt":1748858400000}},' +
        '{"check":"quiet_hours","passes":false,"kind":"defer","reason":"quiet_hours","until":1748876400000,"detail":' +
        '{"rule":"night","window":"21:00-08:00","zone":"America/Los_Angeles","zoneFrom":"profile",' +
        '"contactZone":"America/Los_Angeles"}},{"check":"rate_limit","passes":true,"detail":{}}]}',
    );
  });

  it('does not change what it is given', () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    const facts = freeze(someFacts({ capUses: [capUse(NOON), capUse(NOON - 1)], suppressions: [] }));
    const policy = freeze(somePolicy({ caps: [someCap()], quietHours: [someQuietHours()] }));

    expect(decide(facts, policy, NOON, testReference).outcome).toBe('pass');
  });
});

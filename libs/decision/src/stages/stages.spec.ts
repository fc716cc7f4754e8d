import { describe, expect, it } from '@jest/globals';
import { decide } from '../decide.js';
import type { Facts } from '../facts.js';
import type { Policy } from '../policy.js';
import { capUse, consent, ms, someCap, someFacts, somePolicy, someQuietHours } from '../testing/some-facts.js';
import { testReference } from '../testing/test-reference.js';

const NOON = ms('2025-06-02T12:00:00+02:00');
const MIDNIGHT = ms('2025-06-03T00:00:00+02:00');
const DAY = 86_400_000;

/** What fails at `now`, with the reason and the instant at which it stops failing. */
function failing(facts: Facts, policy: Policy = somePolicy(), now: number = NOON) {
  return decide(facts, policy, now, testReference)
    .checks.filter((check) => !check.passes)
    .map(({ check, kind, reason, until }) => ({ check, kind, reason, until }));
}

const drops = (check: string, reason: string) => ({ check, kind: 'drop', reason, until: null });

describe('what ends a message at once', () => {
  const sent = { status: 'stopped' as const };
  it.each([
    ['the contact was erased', { contact: { erased: true } }, [drops('erased', 'erased')]],
    ['the contact has no address on the channel', { contactPoint: null }, [drops('contact_point', 'no_contact_point')]],
    ['the address cannot be one', { contactPoint: { valid: false } }, [drops('contact_point', 'invalid_address')]],
    ['the campaign was stopped', { campaign: { key: 'spring', ...sent } }, [drops('campaign', 'campaign_stopped')]],
    ['a campaign that runs is no reason', { campaign: { key: 'spring', status: 'active' as const } }, []],
    ['the message expires this instant', { message: { expiresAt: NOON } }, [drops('expiry', 'expired')]],
    ['the message expired', { message: { expiresAt: NOON - 1 } }, [drops('expiry', 'expired')]],
    ['a millisecond to go is no reason', { message: { expiresAt: NOON + 1 } }, []],
    [
      'the person complained',
      { suppressions: [{ reason: 'complaint' as const, since: 1 }] },
      [drops('suppression', 'suppressed_complaint')],
    ],
    [
      'the address bounced',
      { suppressions: [{ reason: 'bounce' as const, since: 1 }] },
      [drops('suppression', 'suppressed_bounce')],
    ],
    [
      'an operator suppressed it',
      { suppressions: [{ reason: 'manual' as const, since: 1 }] },
      [drops('suppression', 'suppressed_manual')],
    ],
    [
      'the person objected to advertising',
      { suppressions: [{ reason: 'objection' as const, since: 1 }] },
      [drops('suppression', 'objection')],
    ],
    [
      'an objection to advertising is no reason for what is none',
      {
        message: { class: 'transactional' as const },
        suppressions: [{ reason: 'objection' as const, since: 1 }],
      },
      [],
    ],
    ['the purpose has no consent', { consent: { purpose: null } }, [drops('consent', 'no_consent')]],
    ['the topic has no consent', { consent: { topic: null } }, [drops('consent', 'no_consent')]],
    [
      'purpose and topic are each reported',
      { consent: { purpose: consent('requested'), topic: consent('withdrawn') } },
      [drops('consent', 'confirmation_pending'), drops('consent', 'consent_withdrawn')],
    ],
    ['without a topic only the purpose counts', { topic: null, consent: { topic: consent('withdrawn') } }, []],
    [
      'a topic inherits the model of its purpose',
      { purpose: { enforcement: 'permissive' as const }, consent: { purpose: null, topic: consent('refused') } },
      [drops('consent', 'consent_denied')],
    ],
    [
      'another legal basis carries a message without consent, but not past an objection',
      {
        purpose: { enforcement: 'disabled' as const },
        consent: { purpose: consent('objected'), topic: consent('refused') },
      },
      [drops('consent', 'objection')],
    ],
    [
      'nor past a complaint or a bounce; the complaint is named first whichever came first',
      {
        purpose: { enforcement: 'disabled' as const },
        suppressions: [
          { reason: 'manual' as const, since: 1 },
          { reason: 'bounce' as const, since: 2 },
          { reason: 'complaint' as const, since: 3 },
        ],
      },
      [
        drops('suppression', 'suppressed_complaint'),
        drops('suppression', 'suppressed_bounce'),
        drops('suppression', 'suppressed_manual'),
      ],
    ],
  ])('%s', (_sentence, facts, expected) => {
    expect(failing(someFacts(facts))).toEqual(expected);
  });

  it('names two suppressions of one kind in the order in which they came', () => {
    const suppressions = [
      { reason: 'bounce' as const, since: 2 },
      { reason: 'bounce' as const, since: 1 },
    ];
    const { checks } = decide(someFacts({ suppressions }), somePolicy(), NOON, testReference);

    expect(checks.filter((check) => !check.passes).map((check) => check.detail)).toEqual([{ since: 1 }, { since: 2 }]);
  });
});

describe('what holds a message', () => {
  const transactional = { class: 'transactional' as const };
  it.each([
    ['the contact takes a break', { contact: { pausedUntil: NOON + 5 } }, 'pause', 'paused', NOON + 5],
    ['the sender asked for later', { message: { sendAt: NOON + 5 } }, 'send_time', 'send_time', NOON + 5],
    [
      'even a transactional one',
      { message: { ...transactional, sendAt: NOON + 5 } },
      'send_time',
      'send_time',
      NOON + 5,
    ],
  ])('%s', (_sentence, facts, check, reason, until) => {
    expect(failing(someFacts(facts))).toEqual([{ check, kind: 'defer', reason, until }]);
  });

  it.each([
    ['a break that ends now', { contact: { pausedUntil: NOON } }],
    [
      'a break, for a message that the contact asked for',
      { contact: { pausedUntil: NOON + 5 }, message: transactional },
    ],
    ['a send time that has come', { message: { sendAt: NOON } }],
  ])('%s holds nothing', (_sentence, facts) => {
    expect(failing(someFacts(facts))).toEqual([]);
  });
});

describe('frequency caps', () => {
  const uses = [capUse(NOON - 3 * DAY), capUse(NOON - 2 * DAY), capUse(NOON - DAY)];

  it.each([
    ['defer', 'defer'],
    ['drop', 'drop'],
  ] as const)('a full cap that says %s', (action, kind) => {
    expect(failing(someFacts({ capUses: uses }), somePolicy({ caps: [someCap({ action })] }))).toEqual([
      { check: 'frequency_cap', kind, reason: 'frequency_cap', until: NOON + 4 * DAY },
    ]);
  });

  it('a limit of none ends the message, even where the rule says defer', () => {
    const policy = somePolicy({ caps: [someCap({ limit: 0, action: 'defer' })] });

    expect(failing(someFacts(), policy)).toEqual([drops('frequency_cap', 'frequency_cap')]);
  });

  it('every cap that binds is reported with its figures, full or not', () => {
    const caps = [
      someCap({ id: 'daily', limit: 2, window: 'P1D' }),
      someCap({ id: 'weekly', scope: 'topic', limit: 3 }),
      someCap({ id: 'texts', channels: ['sms'] }),
    ];
    const { checks } = decide(someFacts({ capUses: uses }), somePolicy({ caps }), NOON, testReference);

    expect(
      checks.filter(({ check }) => check === 'frequency_cap').map(({ passes, detail }) => ({ passes, ...detail })),
    ).toEqual([
      { passes: true, rule: 'daily', scope: 'any', usage: 0, limit: 2, window: 'P1D', nextFreeAt: NOON },
      { passes: false, rule: 'weekly', scope: 'topic', usage: 3, limit: 3, window: 'P7D', nextFreeAt: NOON + 4 * DAY },
    ]);
  });

  it('a transactional message is free of a cap that does not name it', () => {
    const facts = someFacts({ message: { class: 'transactional' }, capUses: uses });
    const named = { bound: ['transactional' as const], counted: ['commercial' as const] };

    expect(failing(facts, somePolicy({ caps: [someCap()] }))).toEqual([]);
    expect(failing(facts, somePolicy({ caps: [someCap({ classes: named })] }))).toHaveLength(1);
  });
});

describe('quiet hours', () => {
  const policy = somePolicy({ quietHours: [someQuietHours()] });
  const inZone = (zone: string | null, brandZone = 'Europe/Berlin') =>
    someFacts({ contact: { zone }, brand: { zone: brandZone } });
  const quietDetail = (facts: Facts, now: number) =>
    decide(facts, policy, now, testReference).checks.find(({ check }) => check === 'quiet_hours')?.detail;

  it.each([
    ['the clock of the contact counts', inZone('America/Los_Angeles'), MIDNIGHT, []],
    [
      'by day in Berlin it is night in Los Angeles',
      inZone('America/Los_Angeles'),
      NOON,
      [ms('2025-06-02T08:00:00-07:00')],
    ],
    ['without a zone it is the clock of the brand', inZone(null), MIDNIGHT, [ms('2025-06-03T08:00:00+02:00')]],
    ['with an unknown one too', inZone('Foo/Bar'), MIDNIGHT, [ms('2025-06-03T08:00:00+02:00')]],
    ['with an empty one too', inZone(''), MIDNIGHT, [ms('2025-06-03T08:00:00+02:00')]],
  ])('%s', (_sentence, facts, now, until) => {
    expect(failing(facts, policy, now).map((check) => check.until)).toEqual(until);
  });

  it('the report says whose clock it was', () => {
    const night = { rule: 'night', window: '21:00-08:00' };

    expect(quietDetail(inZone('America/Los_Angeles'), NOON)).toEqual({
      ...night,
      zone: 'America/Los_Angeles',
      zoneFrom: 'profile',
      contactZone: 'America/Los_Angeles',
    });
    expect(quietDetail(inZone('Foo/Bar'), MIDNIGHT)).toEqual({
      ...night,
      zone: 'Europe/Berlin',
      zoneFrom: 'brand',
      zonesSkipped: 'profile Foo/Bar',
      contactZone: 'Foo/Bar',
    });
    expect(quietDetail(inZone(null), NOON)).toEqual({
      rule: 'night',
      window: null,
      zone: 'Europe/Berlin',
      zoneFrom: 'brand',
      contactZone: null,
    });
  });

  it.each([
    ['other channels', someFacts({ message: { channel: 'push' } })],
    ['transactional messages that are not named', someFacts({ message: { class: 'transactional' } })],
  ])('leave %s alone', (_sentence, facts) => {
    expect(failing(facts, policy, MIDNIGHT)).toEqual([]);
  });
});

describe('rate limits', () => {
  const bucket = (tat: number) => ({
    rule: 'pace',
    scope: 'channel' as const,
    key: 'email',
    emissionIntervalUs: 100_000,
    burst: 2,
    tat,
  });

  it.each([
    ['an unused bucket has room', 0, []],
    ['so has one that is drawn on within its burst', NOON * 1000 + 100_000, []],
    ['a microsecond beyond means waiting for the next whole millisecond', NOON * 1000 + 100_001, [NOON + 1]],
    ['a bucket drawn on far ahead', NOON * 1000 + 5_100_000, [NOON + 5000]],
  ])('%s', (_sentence, tat, until) => {
    expect(failing(someFacts({ rates: [bucket(tat)] })).map((check) => check.until)).toEqual(until);
  });

  it('bind every class, and each bucket is reported', () => {
    const rates = [
      bucket(0),
      { ...bucket(NOON * 1000 + 200_000), rule: 'provider', scope: 'provider' as const, key: 'smtp' },
    ];
    const decision = decide(
      someFacts({ message: { class: 'transactional' }, rates }),
      somePolicy(),
      NOON,
      testReference,
    );

    expect(decision.checks.filter(({ check }) => check === 'rate_limit')).toEqual([
      { check: 'rate_limit', passes: true, detail: { rule: 'pace', scope: 'channel', key: 'email' } },
      {
        check: 'rate_limit',
        passes: false,
        kind: 'defer',
        reason: 'rate_limit',
        until: NOON + 100,
        detail: { rule: 'provider', scope: 'provider', key: 'smtp' },
      },
    ]);
  });
});

it('reports every stage in the order of the list, also when nothing stands in the way', () => {
  const { checks } = decide(someFacts(), somePolicy(), NOON, testReference);

  expect(checks.map(({ check, passes }) => `${check} ${passes}`)).toEqual([
    'erased true',
    'contact_point true',
    'suppression true',
    'expiry true',
    'campaign true',
    'consent true',
    'consent true',
    'pause true',
    'send_time true',
    'frequency_cap true',
    'quiet_hours true',
    'rate_limit true',
  ]);
});
